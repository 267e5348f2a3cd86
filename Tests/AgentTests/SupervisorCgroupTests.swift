import Glibc
import Spool
import StepSupervisor
import TestSupport
import Testing

/// A directory of a cgroup v2 hierarchy, as the agent makes one.
final class StepCgroup: Sendable {
  private static let roots = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
  private static var root: String? {
    roots.first { access("\($0)/cgroup.controllers", F_OK) == 0 && access($0, W_OK) == 0 }
  }
  static let isThere = root != nil && geteuid() == 0
  let path: String

  init() throws {
    path = try #require(Self.root) + "/quarterdeck-\(UInt64.random(in: 0 ... .max))"
    try #require(mkdir(path, 0o755) == 0)
  }

  deinit { rmdir(path) }

  var exists: Bool { access(path, F_OK) == 0 }
}

@Suite(.timeLimit(.minutes(10)), .enabled(if: StepCgroup.isThere, "needs a cgroup v2 and root"))
struct SupervisorCgroupTests {
  @Test func `a step runs in its cgroup, and the directory goes with it`() async throws {
    let cgroup = try StepCgroup()
    let path = cgroup.path
    let frames = try await SupervisedStep.run(
      .shell("grep ^0:: /proc/self/cgroup; mkdir \(path)/inner") { $0.cgroup = path })
    #expect(frames.lines(.stdout).first.map { path.hasSuffix($0.dropFirst(3)) } == true)
    #expect(frames.end == EndedPayload(exitCode: 0, signal: 0, reason: .exited))
    #expect(!cgroup.exists)
  }

  @Test func `killed is who is in the cgroup, also who never was below the supervisor`()
    async throws
  {
    let cgroup = try StepCgroup()
    let path = cgroup.path
    let stranger = try SupervisedStep(.shell("echo $$; exec sleep 1000"))
    let process = try await stranger.frames { $0.printedProcesses.count == 1 }.printedProcesses[0]
    let step = try SupervisedStep(
      .shell(
        """
        mkdir \(path)/inner; echo \(process) > \(path)/inner/cgroup.procs
        trap '' TERM; setsid sleep 1000 & echo up; while :; do sleep 100; done
        """
      ) { $0.cgroup = path })
    _ = try await step.frames { $0.lines(.stdout) == ["up"] }
    #expect(isThere(process))
    step.end(grace: 10)
    #expect(try await step.finished().end?.reason == .killed)
    #expect(!isThere(process) && !cgroup.exists)
    #expect(try await stranger.finished().end?.reason == .exited)
  }

  @Test func `a cgroup that cannot be entered does not keep the step from running`() async throws {
    let frames = try await SupervisedStep.run(
      .shell("setsid sleep 1000 & echo $!") {
        $0.cgroup = "/sys/fs/cgroup/no/such"
        $0.limits.cpuPermille = 500
      })
    #expect(frames.lines(.notice).first?.contains("could not enter its cgroup") == true)
    #expect(frames.lines(.notice).contains { $0.contains("processors is not enforced") })
    #expect(frames.end?.exitCode == 0 && !frames.printedProcesses.contains(where: isThere))
  }

  @Test func `children that are left stay in their cgroup`() async throws {
    let cgroup = try StepCgroup()
    let path = cgroup.path
    let frames = try await SupervisedStep.run(
      .shell("setsid sleep 1000 > /dev/null 2>&1 & echo $!") {
        $0.cgroup = path
        $0.leavesChildren = true
      })
    let left = try #require(frames.printedProcesses.first)
    #expect(isThere(left) && cgroup.exists)
    kill(left, SIGKILL)
    try await waitUntil("the cgroup is empty") { fileBytes("\(path)/cgroup.procs") == [] }
  }
}
