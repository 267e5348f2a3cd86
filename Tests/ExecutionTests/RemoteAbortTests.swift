import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// Ends that are asked for on a member that does not carry the execution.
@Suite struct RemoteAbortTests {
  /// Launches a job on one member, and runs `body` with it and another.
  private func with(
    _ engine: Engine,
    _ body:
      @Sendable (
        ConductorRoom, _ owner: ExecutionConductor, _ other: ExecutionConductor, ExecutionRecord
      ) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("sleep"))
      try await room.conducting { owner in
        let launched = try await owner.launch(RunRequest(.job(id), user: "admin"))
        try await room.conducting(of: "other") { other in
          try await body(room, owner, other, launched)
        }
      }
    }
  }

  @Test(arguments: Engine.all)
  func `an abort on another member is pending until the owner has acted on it`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, owner, other, launched in
      let assignment = await room.agents.next()!
      async let ended = other.waitUntilEnded(launched.id)
      let answer = try await other.abort(launched.id, by: "eve")
      #expect(answer.state == .pending && answer.execution.status == .running)
      await owner.obeyAbortRequests(of: [])
      #expect(await room.agents.nextKill() == assignment.id)
      try await room.report(assignment, .killed, to: owner)
      let record = try await ended
      #expect(record?.status == .aborted && record?.abortRequestedBy == "eve")
    }
  }

  @Test(arguments: Engine.all)
  func `a request is obeyed once, and one for an execution of another member not at all`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, owner, other, launched in
      let assignment = await room.agents.next()!
      _ = try await other.abort(launched.id, by: "eve")
      _ = try await other.abort(launched.id, by: "mallory")
      await other.obeyAbortRequests(of: [launched.id])
      await owner.obeyAbortRequests(of: [launched.id])
      #expect(await room.agents.nextKill() == assignment.id)
      await owner.obeyAbortRequests(of: [launched.id])
      try await room.report(assignment, .killed, to: owner)
      #expect(try await owner.waitUntilEnded(launched.id)?.abortRequestedBy == "eve")
      #expect(try await other.abort(launched.id, by: "eve").state == .failed)
    }
  }

  @Test(arguments: Engine.all)
  func `an execution that another member has ended is carried no more`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, owner, other, launched in
      try await eventually("the owner carries it") { owner.carries(launched.id) ? () : nil }
      #expect(try await other.endIncomplete(launched.id, by: "eve").state == .aborted)
      await owner.obeyAbortRequests(of: [launched.id])
      try await eventually("the owner lets go") { owner.carries(launched.id) ? nil : () }
      #expect(await owner.openWork(of: nil).isEmpty)
      #expect(try await room.store.ask.executions.find(launched.id)?.status == .incomplete)
    }
  }

  @Test(
    arguments: Engine.all,
    [("queued", false), ("scheduled", false), ("queued", true), ("scheduled", true)])
  func `what nobody has begun ends at once on any member`(
    on engine: Engine, _ unbegun: (status: String, isForced: Bool)
  ) async throws {
    try await with(engine) { room, owner, other, launched in
      try await room.insert(
        """
        INSERT INTO execution
          (id, project, definition, status, username, options, log_level, epoch, created_at,
            chosen_member, choice, chosen_at)
        SELECT 900, 'p', '{}', $1, 'admin', '{}', 'NORMAL', 1, 1, 'slow', 1, 1000000000000000000
        """, [.text(unbegun.status)])
      let id = ExecutionID(900)
      async let ended = owner.waitUntilEnded(id)
      let answer =
        unbegun.isForced
        ? try await other.endIncomplete(id, by: "eve") : try await other.abort(id, by: "eve")
      #expect(answer.state == .aborted && answer.execution.abortRequestedBy == "eve")
      #expect(try await ended?.status == (unbegun.isForced ? .incomplete : .aborted))
      #expect(try await other.abort(id, by: "eve").state == .failed)
    }
  }

  @Test(arguments: Engine.all)
  func `what is open is told by where it stands`(on engine: Engine) async throws {
    try await with(engine) { room, owner, _, launched in
      let assignment = await room.agents.next()!
      let item = OpenWork.Item(
        assignment.id, of: launched.id, on: AgentID("id-host"))
      #expect(await owner.openWork(of: [launched.id]).unstarted == [item])
      owner.deliver([.started(assignment.id, launched.id, at: Instant(microseconds: 3))])
      try await eventually("it has started") {
        await owner.openWork(of: nil).started == [item] ? () : nil
      }
      #expect(await owner.openWork(of: [ExecutionID(77)]).isEmpty)
      try await room.report(assignment, .exited(code: 0), to: owner)
      _ = try await owner.waitUntilEnded(launched.id)
      try await eventually("nothing is left") {
        await owner.openWork(of: nil).isEmpty && !owner.carries(launched.id) ? () : nil
      }
    }
  }
}
