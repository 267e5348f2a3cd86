import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// Assignments whose agents are connected to other members, or to none.
@Suite struct RemoteDeliveryTests {
  /// Hands everything on.
  private final class OtherMembers: AgentCommands {
    let kills: AsyncStream<AssignmentID>
    let assigned: AsyncStream<Wire.Assignment>
    private let killing: AsyncStream<AssignmentID>.Continuation
    private let assigning: AsyncStream<Wire.Assignment>.Continuation

    init() {
      (kills, killing) = AsyncStream.makeStream()
      (assigned, assigning) = AsyncStream.makeStream()
    }

    var handsOn: Bool { true }

    func assign(_ assignment: Wire.Assignment, to agent: AgentID) async -> Bool {
      assigning.yield(assignment)
      return false
    }

    func kill(
      _ assignment: AssignmentID, of execution: ExecutionID, epoch: Epoch, grace: Duration,
      on agent: AgentID
    ) async -> Bool {
      killing.yield(assignment)
      return false
    }
  }

  private struct Launched {
    let room: ConductorRoom
    let others: OtherMembers
    let conductor: ExecutionConductor
    let execution: ExecutionRecord
    let assignment: Wire.Assignment
    let item: OpenWork.Item
  }

  private func with(
    _ engine: Engine, _ body: @Sendable (Launched) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      let id = try await room.add(job("sleep"))
      let others = OtherMembers()
      try await room.conducting(through: others) { conductor in
        let execution = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        var assigned = others.assigned.makeAsyncIterator()
        let assignment = await assigned.next()!
        let item = OpenWork.Item(assignment.id, of: execution.id, on: AgentID("id-host"))
        try await eventually("it is handed on") {
          await conductor.openWork(of: nil).undelivered == [item] ? () : nil
        }
        try await body(
          Launched(
            room: room, others: others, conductor: conductor, execution: execution,
            assignment: assignment, item: item))
      }
    }
  }

  @Test(arguments: Engine.all)
  func `what was handed on may be there, so an abort kills it`(on engine: Engine) async throws {
    try await with(engine) { launched in
      let conductor = launched.conductor
      let answer = try await conductor.abort(launched.execution.id, by: "eve")
      #expect(answer.state == .pending)
      var kills = launched.others.kills.makeAsyncIterator()
      #expect(await kills.next() == launched.assignment.id)
      try await launched.room.report(launched.assignment, .killed, to: conductor)
      #expect(try await conductor.waitUntilEnded(launched.execution.id)?.status == .aborted)
    }
  }

  @Test(arguments: Engine.all)
  func `an abort of what nobody could deliver ends when that is known`(
    on engine: Engine
  ) async throws {
    try await with(engine) { launched in
      let conductor = launched.conductor
      _ = try await conductor.abort(launched.execution.id, by: "eve")
      conductor.unreached([launched.item])
      #expect(try await conductor.waitUntilEnded(launched.execution.id)?.status == .aborted)
      let states = try await launched.room.states(launched.execution.id)
      #expect(states == ["1@host": .notStarted])
    }
  }

  @Test(arguments: Engine.all)
  func `what nobody could deliver waits for its agent, and fails without it`(
    on engine: Engine
  ) async throws {
    try await with(engine) { launched in
      let conductor = launched.conductor
      conductor.unreached([launched.item])
      _ = try await launched.room.waitForState(of: launched.execution.id) {
        $0.state == .waiting && $0.reason?.contains("not connected") == true
      }
      // Others sleep on this clock too: which of them begins its wait when is not told.
      try await eventually("the wait is over") {
        launched.room.clock.advance(by: .seconds(60))
        let record = try await launched.room.store.ask.executions.find(launched.execution.id)
        return record?.status.isFinal == true ? () : nil
      }
      #expect(try await conductor.waitUntilEnded(launched.execution.id)?.status == .failed)
    }
  }

  @Test(arguments: Engine.all)
  func `what another member pushed waits for nothing`(on engine: Engine) async throws {
    try await with(engine) { launched in
      let conductor = launched.conductor
      conductor.deliver([.pushed(launched.assignment.id, launched.execution.id)])
      try await eventually("it is delivered") {
        await conductor.openWork(of: nil).unstarted == [launched.item] ? () : nil
      }
      conductor.unreached([launched.item])
      try await launched.room.report(launched.assignment, .exited(code: 0), to: conductor)
      #expect(try await conductor.waitUntilEnded(launched.execution.id)?.status == .succeeded)
    }
  }
}

extension ConductorRoom {
  /// Runs a conductor that commands through `commands` while `body` runs.
  fileprivate func conducting(
    through commands: any AgentCommands,
    _ body: @Sendable (ExecutionConductor) async throws -> Void
  ) async throws {
    try await register()
    let conductor = conductor(commands: commands)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await conductor.run() }
      try await body(conductor)
      group.cancelAll()
    }
  }
}
