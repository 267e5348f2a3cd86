import Execution
import Model
import Store
import Synchronization
import Testing

@testable import AgentGateway

@Suite struct EventRelayTests {
  private let carried = PlayedExecutions(carrying: [ExecutionID(1)])
  private let announced = NoticeLog()

  private var relay: EventRelay {
    EventRelay(executions: carried, announce: announced.add)
  }

  @Test func `events of executions that this member carries concern nobody else`() {
    let events: [AssignmentEvent] = [
      .pushed(AssignmentID(4), ExecutionID(1)),
      .ended(AssignmentID(4), ExecutionID(1), .exited(code: 0), at: Instant(microseconds: 3)),
    ]
    relay.deliver(events)
    #expect(carried.events == events)
    #expect(announced.all.isEmpty)
  }

  @Test func `events of others' executions are announced, each execution once`() {
    relay.deliver([
      .started(AssignmentID(7), ExecutionID(3), at: Instant(microseconds: 1)),
      .ended(AssignmentID(7), ExecutionID(3), .exited(code: 0), at: Instant(microseconds: 3)),
      .started(AssignmentID(8), ExecutionID(2), at: Instant(microseconds: 1)),
      .pushed(AssignmentID(9), ExecutionID(2)),
    ])
    #expect(
      announced.all == [
        .pushed([PushedAssignment(AssignmentID(9), ExecutionID(2))]),
        .reported([ExecutionID(2), ExecutionID(3)]),
      ])
  }

  @Test func `an execution that was taken up just now hears its events all the same`() {
    let event = AssignmentEvent.started(
      AssignmentID(7), ExecutionID(3), at: Instant(microseconds: 1))
    relay.deliver([event])
    #expect(carried.events == [event])
  }

  @Test func `a command that no stream here takes is handed on`() async {
    let registry = AgentRegistry()
    let dispatch = AgentDispatch(registry: registry, announce: announced.add)
    let assignment = GatewayRoom.assignment(7, epoch: 1)
    #expect(await !dispatch.assign(assignment, to: AgentID("a")))
    let kill: () async -> Bool = {
      await dispatch.kill(
        AssignmentID(1), of: ExecutionID(1), epoch: Epoch(1), grace: .seconds(1),
        on: AgentID("a"))
    }
    #expect(await !kill())
    #expect(announced.all == [.agentWork([AgentID("a")]), .agentWork([AgentID("a")])])
    let stream = registry.open(AgentID("a"))
    #expect(await dispatch.assign(assignment, to: AgentID("a")))
    #expect(await kill())
    #expect(announced.all.count == 2 && stream != nil)
  }
}
