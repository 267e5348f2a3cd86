import Glibc
import Model
import Spool
import Testing
import Wire

@testable import Agent

@Suite(.timeLimit(.minutes(10))) struct KillTests {
  /// A tree with everything that evades a kill: own sessions, orphans, and processes that ignore SIGTERM.
  static let stubborn = """
    trap '' TERM
    setsid sh -c 'trap "" TERM; echo $$; while :; do sleep 100; done' &
    (setsid sh -c 'sh -c "echo \\$\\$; trap : TERM; while :; do sleep 100; done" & exit 0' &)
    echo $$
    while :; do sleep 100; done
    """

  @Test func `killed means that nobody of the tree is left`() async throws {
    let bench = AgentBench()
    try await bench.life { host in
      await host.accept(AgentBench.assignment(1, .shell(Self.stubborn)))
      let running = try await bench.control.frames(of: AssignmentID(1)) {
        $0.text(.stdout).split(separator: "\n").count == 3
      }
      let processes = running.text(.stdout).split(separator: "\n").compactMap { Int32($0) }
      #expect(processes.count == 3 && processes.allSatisfy(isAlive))
      await host.kill(AssignmentID(1), of: ExecutionID(1), epoch: Epoch(1), grace: 100)
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.ended?.reason == .killed)
      #expect(!processes.contains(where: isAlive))
    }
  }

  @Test func `a step that obeys SIGTERM ends with what it says`() async throws {
    let bench = AgentBench()
    try await bench.life { host in
      await host.accept(
        AgentBench.assignment(1, .shell("trap 'echo bye; exit 3' TERM; echo up; sleep 100 & wait")))
      _ = try await bench.control.frames(of: AssignmentID(1)) { $0.text(.stdout) == "up\n" }
      await host.kill(AssignmentID(1), of: ExecutionID(1), epoch: Epoch(1), grace: 60_000)
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.text(.stdout) == "up\nbye\n")
      #expect(frames.ended == EndedPayload(exitCode: 3, signal: 0, reason: .killed))
    }
  }

  @Test func `a kill right after the start is not lost`() async throws {
    let bench = AgentBench()
    try await bench.life { host async throws in
      await host.accept(AgentBench.assignment(1, .shell("sleep 1000")))
      await host.kill(AssignmentID(1), of: ExecutionID(1), epoch: Epoch(1), grace: 1000)
      #expect(try await bench.control.finished(AssignmentID(1)).ended?.reason == .killed)
    }
  }

  @Test func `a late command is refused once the agent has heard of a new owner`() async throws {
    let bench = AgentBench()
    try await bench.life { host async throws in
      await host.accept(AgentBench.assignment(1, .shell("sleep 0.2; echo done"), epoch: 1))
      await host.learn(Epoch(2), of: ExecutionID(1))
      await host.kill(AssignmentID(1), of: ExecutionID(1), epoch: Epoch(1), grace: 0)
      #expect(try await bench.control.finished(AssignmentID(1)).ended?.reason == .exited)
    }
  }

  @Test func `an old epoch is not obeyed`() async throws {
    let bench = AgentBench()
    try await bench.life { host async throws in
      await host.accept(AgentBench.assignment(1, .shell("sleep 0.2; echo done"), epoch: 2))
      await host.kill(AssignmentID(1), of: ExecutionID(1), epoch: Epoch(1), grace: 0)
      #expect(try await bench.control.finished(AssignmentID(1)).ended?.reason == .exited)
      await host.accept(AgentBench.assignment(2, .shell("true"), epoch: 1))
      #expect(await host.inventory().allSatisfy { $0.assignment == AssignmentID(1) })
    }
  }

  @Test func `a step that is killed before it comes never starts`() async throws {
    let bench = AgentBench()
    try await bench.life { host in
      await host.kill(AssignmentID(1), of: ExecutionID(1), epoch: Epoch(1), grace: 0)
      await host.accept(AgentBench.assignment(1, .shell("touch \(bench.directory)/ran")))
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.map(\.kind) == [.accepted, .notStarted])
      #expect(access(bench.directory + "/ran", F_OK) != 0)
    }
  }
}
