import Model

/// The time-outs of assignments that wait for their agent to connect.
final class AgentWaits: Sendable {
  private let begun: AsyncStream<(AssignmentID, ExecutionID)>
  private let begin: AsyncStream<(AssignmentID, ExecutionID)>.Continuation

  init() { (begun, begin) = AsyncStream.makeStream() }

  /// From now on the assignment waits.
  func start(_ assignment: AssignmentID, of execution: ExecutionID) {
    begin.yield((assignment, execution))
  }

  /// Puts a `waitOver` into the inbox for each wait that has lasted `timing.agentWait`, until it is
  /// cancelled.
  func run(_ timing: ConductorTiming, _ inbox: ConductorInbox) async {
    await withDiscardingTaskGroup { group in
      for await (assignment, execution) in begun {
        group.addTask {
          guard (try? await timing.clock.sleep(for: timing.agentWait)) != nil else { return }
          _ = inbox.put([.waitOver(assignment, execution)])
        }
      }
      group.cancelAll()
    }
  }
}
