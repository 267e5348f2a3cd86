import Glibc
import Spool
import StepSupervisor
import TestSupport
import Testing

/// Killed is what is proven to be gone.
@Suite(.timeLimit(.minutes(10))) struct SupervisorKillTests {
  @Test func `sessions, daemons and processes that ignore SIGTERM are gone when the end is told`()
    async throws
  {
    let step = try SupervisedStep(
      .shell(
        """
        trap '' TERM
        setsid sh -c 'trap "" TERM; echo $$; while :; do sleep 100; done' &
        (setsid sh -c '(setsid sh -c "echo \\$\\$; trap : TERM; while :; do sleep 100; done" &) ; exit 0' &)
        setsid sh -c 'echo $$; kill -STOP $$' &
        echo $$
        while :; do sleep 100; done
        """))
    let running = try await step.frames { $0.printedProcesses.count == 4 }.printedProcesses
    #expect(running.allSatisfy(isThere))
    step.end(grace: 50)
    let frames = try await step.finished()
    #expect(frames.end == EndedPayload(exitCode: -1, signal: SIGKILL, reason: .killed))
    #expect(!running.contains(where: isThere))
  }

  @Test func `five hundred children in sessions of their own are gone`() async throws {
    let step = try SupervisedStep(
      .shell("trap '' TERM; for i in $(seq 500); do setsid sleep 1000 & echo $!; done; wait; wait"))
    let running = try await step.frames { $0.printedProcesses.count == 500 }.printedProcesses
    step.end(grace: 0)
    let frames = try await step.finished()
    #expect(running.count == 500 && frames.end?.reason == .killed)
    // Not by their numbers: with so many, one may be another process's by now.
    #expect(try allMarked("MARK=\(step.supervisor)").isEmpty)
  }

  @Test(.enabled(if: access("/usr/bin/perl", X_OK) == 0))
  func `processes that are others at each look do not get away`() async throws {
    let mark = "MARK=\(UInt64.random(in: 0 ... .max))"
    // Each forks and ends at once, so that whoever is found is gone.
    let flight = "for (1..4) { next if fork; setpgrp; while (1) { exit if fork } } sleep 1000"
    var order = StepOrder(
      arguments: ["perl", "-e", "$SIG{TERM} = 'IGNORE'; $| = 1; print \"up\\n\"; \(flight)"],
      environment: ["PATH=/usr/bin:/bin", mark], bootID: "boot")
    order.graceMilliseconds = 0
    let step = try SupervisedStep(order)
    _ = try await step.frames { $0.lines(.stdout).contains("up") }
    step.end(grace: 0)
    #expect(try await step.finished().end?.reason == .killed)
    #expect(try allMarked(mark).isEmpty)
  }

  /// Who has a variable in its environment.
  private func allMarked(_ mark: String) throws -> [String] {
    let entries = try #require(opendir("/proc"))
    defer { closedir(entries) }
    var found: [String] = []
    while let entry = readdir(entries) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(cString: $0.bindMemory(to: CChar.self).baseAddress!)
      }
      let environment = fileBytes("/proc/\(name)/environ").split(separator: 0)
      if environment.contains(where: { $0.elementsEqual(mark.utf8) }) { found.append(name) }
    }
    return found
  }
}

/// A cgroup v1 whose members can be frozen: they do not even die then, as in an uninterruptible sleep.
final class Freezer: Sendable {
  static let isThere = access("/sys/fs/cgroup/freezer/cgroup.procs", W_OK) == 0
  let path = "/sys/fs/cgroup/freezer/quarterdeck-\(UInt64.random(in: 0 ... .max))"

  init() throws { try #require(mkdir(path, 0o755) == 0) }

  deinit {
    thaw()
    for _ in 0..<100 where rmdir(path) != 0 { usleep(10_000) }
  }

  func freeze() async throws {
    put("FROZEN", into: "\(path)/freezer.state")
    try await waitUntil("the cgroup is frozen") {
      fileBytes("\(path)/freezer.state") == Array("FROZEN\n".utf8)
    }
  }

  func thaw() { put("THAWED", into: "\(path)/freezer.state") }
}

@Suite(.timeLimit(.minutes(10)), .enabled(if: Freezer.isThere, "needs a cgroup v1 freezer"))
struct SupervisorUnconfirmedTests {
  @Test func `who survives SIGKILL is named, also when fewer are left, and settled when gone`()
    async throws
  {
    let freezers = [try Freezer(), try Freezer()]
    let step = try SupervisedStep(
      .shell(
        """
        setsid sh -c 'echo $$ > \(freezers[0].path)/cgroup.procs; echo $$; exec sleep 1000' &
        setsid sh -c 'echo $$ > \(freezers[1].path)/cgroup.procs; echo $$; exec sleep 1000' &
        wait
        """))
    let frozen = try await step.frames { $0.printedProcesses.count == 2 }.printedProcesses.sorted()
    for freezer in freezers { try await freezer.freeze() }
    step.end(grace: 0)
    let first = try await step.frames { $0.contains { $0.kind == .unconfirmed } }
    #expect(first.last?.text == frozen.map { "\($0)" }.joined(separator: " "))
    #expect(first.end == nil && frozen.allSatisfy(isThere))
    freezers[0].thaw()
    let second = try await step.frames { $0.count { $0.kind == .unconfirmed } == 2 }
    let left = second.last?.text.split(separator: " ").compactMap { pid_t($0) } ?? []
    #expect(left.count == 1 && frozen.contains(left[0]))
    freezers[1].thaw()
    let frames = try await step.finished()
    #expect(frames.end?.reason == .killed)
    #expect(!frozen.contains(where: isThere))
    let asked = try #require(frames.first { $0.kind == .started }).time
    #expect(try #require(first.last).time - asked >= 3_000_000)
  }
}
