import Glibc
import Spool
import StepSupervisor
import TestSupport
import Testing

/// What becomes of processes that outlive the step's own.
@Suite(.timeLimit(.minutes(10))) struct SupervisorLeavingTests {
  private static func order(leaves: Bool, _ text: String) -> StepOrder {
    .shell(text) { $0.leavesChildren = leaves }
  }

  @Test func `by default they are ended, and the log says so`() async throws {
    let frames = try await SupervisedStep.run(
      Self.order(leaves: false, "setsid sleep 1000 & echo $!"))
    #expect(frames.printedProcesses.count == 1 && !frames.printedProcesses.contains(where: isThere))
    #expect(frames.lines(.notice) == ["1 left-over process of the step had to be ended"])
    #expect(frames.end == EndedPayload(exitCode: 0, signal: 0, reason: .exited))
  }

  @Test(arguments: ["", "> /dev/null 2>&1"])
  func `a step that says so leaves them, whatever they hold open, and names them`(
    redirection: String
  ) async throws {
    let frames = try await SupervisedStep.run(
      Self.order(leaves: true, "setsid sleep 1000 \(redirection) & echo $!; exit 3"))
    let left = try #require(frames.printedProcesses.first)
    #expect(isThere(left))
    #expect(frames.lines(.notice) == ["left running: 1 process \(left)"])
    #expect(frames.end == EndedPayload(exitCode: 3, signal: 0, reason: .exited))
    kill(left, SIGKILL)
  }

  @Test func `a step that leaves nobody says nothing`() async throws {
    let frames = try await SupervisedStep.run(Self.order(leaves: true, "sleep 0.01 & wait; echo x"))
    #expect(frames.map(\.kind) == [.started, .stdout, .ended])
  }

  @Test func `who is only late has its say before it is left`() async throws {
    let frames = try await SupervisedStep.run(
      Self.order(leaves: true, "(sleep 0.05; echo late) & echo early"))
    #expect(frames.lines(.stdout) == ["early", "late"])
  }

  @Test func `somebody who never stops printing is not waited for`() async throws {
    let frames = try await SupervisedStep.run(Self.order(leaves: true, "yes & echo $! >&2"))
    let left = try #require(frames.lines(.stderr).first.flatMap { pid_t($0) })
    #expect(frames.end?.exitCode == 0)
    // Nobody reads what it prints any more: SIGPIPE.
    try await waitUntil("it has ended") { !isThere(left) }
  }

  @Test func `a kill ends the whole tree also then`() async throws {
    let step = try SupervisedStep(
      Self.order(leaves: true, "setsid sleep 1000 & echo $!; sleep 1000"))
    let running = try await step.frames { $0.printedProcesses.count == 1 }.printedProcesses
    step.end(grace: 0)
    #expect(try await step.finished().end?.reason == .killed)
    #expect(!running.contains(where: isThere))
  }
}
