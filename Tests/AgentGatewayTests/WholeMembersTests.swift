import Cryptography
import Execution
import Logs
import Model
import Spool
import Store
import TestSupport
import Testing
import Wire

@testable import AgentGateway

/// Two whole members: the execution is carried by one, its agent is connected to the other.
@Suite struct WholeMembersTests {
  private struct Room: Sendable {
    let store: Store
    let owner: WholeMember
    let other: WholeMember
    let agent: EnrolAnswer
    let ownerURL: String
    let otherURL: String

    func launch(_ commands: String...) async throws -> ExecutionRecord {
      let step = WorkflowStep(.exec(commands[0]))
      return try await owner.conductor.launch(
        RunRequest(.adHoc(project: "demo", step: step), user: "admin"))
    }
  }

  private func with(
    _ engine: Engine, lookInterval: Duration = .seconds(3600),
    _ body: @escaping @Sendable (Room) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      try await store.ask.run(
        "INSERT INTO project (name, description, created_at) VALUES ('demo', '', 1)")
      let sealer = EnvelopeSealer(key: .random())
      let owner = WholeMember(
        "one", store: store, sealer: sealer, lookInterval: lookInterval)
      let other = WholeMember(
        "two", store: store, sealer: sealer, lookInterval: lookInterval)
      let token = try await other.gateway.enrolment.createToken(by: "admin")
      let agent = try await other.gateway.enrolment.enrol(
        GatewayRoom.enrolRequest("alpha", token: token.text))
      try await owner.serving(in: store, name: "one") { ownerURL in
        try await other.serving(in: store, name: "two") { otherURL in
          try await body(
            Room(
              store: store, owner: owner, other: other, agent: agent, ownerURL: ownerURL,
              otherURL: otherURL))
        }
      }
    }
  }

  private static func spool(of assignment: Assignment, printing line: String) -> TestSpool {
    var spool = TestSpool(assignment.id.number)
    spool.add(.accepted, "b")
    spool.start(at: 4)
    spool.add(.stdout, "\(line)\n")
    return spool
  }

  @Test(arguments: Engine.all)
  func `a run whose agent is on another member goes its way by notices alone`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room in
      var stream = try await OpenStream(room.otherURL, as: room.agent)
      _ = try await stream.next(1)
      let launched = try await room.launch("true")
      guard case .assign(let assignment)? = try await stream.next(1).first else {
        Issue.record("nothing was assigned")
        return
      }
      #expect(assignment.execution == launched.id && assignment.epoch == launched.epoch)
      var spool = Self.spool(of: assignment, printing: "hello")
      spool.end(0)
      _ = try await report(
        Report(pieces: [spool.piece(epoch: assignment.epoch.number)]), as: room.agent,
        to: room.otherURL)
      async let there = room.other.conductor.waitUntilEnded(launched.id)
      #expect(try await room.owner.conductor.waitUntilEnded(launched.id)?.status == .succeeded)
      #expect(try await there?.status == .succeeded)
    }
  }

  @Test(arguments: Engine.all)
  func `an abort on the member that has the agent ends the run on the member that carries it`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room in
      var stream = try await OpenStream(room.otherURL, as: room.agent)
      _ = try await stream.next(1)
      let launched = try await room.launch("sleep 9")
      guard case .assign(let assignment)? = try await stream.next(1).first else {
        Issue.record("nothing was assigned")
        return
      }
      var spool = Self.spool(of: assignment, printing: "hello")
      let epoch = assignment.epoch.number
      let begun = Report(pieces: [spool.piece(epoch: epoch)])
      _ = try await report(begun, as: room.agent, to: room.ownerURL)
      let answer = try await room.other.conductor.abort(launched.id, by: "eve")
      #expect(answer.state == .pending)
      guard
        case .kill(assignment.id, launched.id, launched.epoch, _)? =
          try await stream.next(1).first
      else {
        Issue.record("nothing was killed")
        return
      }
      let from = spool.size
      spool.end(-1, signal: 15, reason: .killed)
      let ended = Report(pieces: [spool.piece(from: from, epoch: epoch)])
      _ = try await report(ended, as: room.agent, to: room.otherURL)
      #expect(try await room.other.conductor.waitUntilEnded(launched.id)?.status == .aborted)
    }
  }

  @Test func `an agent that is connected nowhere is waited for, and gets its work where it comes`()
    async throws
  {
    try await with(.sqlite, lookInterval: .milliseconds(20)) { room in
      let launched = try await room.launch("true")
      try await eventually("the step waits") {
        let state = try await room.store.ask.stepStates.rows(of: launched.id).first
        return state?.reason?.contains("not connected") == true ? () : nil
      }
      var stream = try await OpenStream(room.otherURL, as: room.agent)
      guard case .assign(let assignment)? = try await stream.next(2).last else {
        Issue.record("nothing was assigned")
        return
      }
      #expect(assignment.execution == launched.id)
    }
  }
}
