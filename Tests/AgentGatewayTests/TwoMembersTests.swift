import AgentGateway
import Cluster
import Execution
import Hummingbird
import HummingbirdTesting
import Logs
import Model
import Spool
import Store
import Synchronization
import TestSupport
import Testing
import Wire

/// Two members over one database: agents are connected to one, executions carried by the other.
@Suite struct TwoMembersTests {
  /// Serves both members' gateways; the first carries the room's execution unless a test says otherwise.
  private func with(
    _ engine: Engine, carried: [Set<ExecutionID>] = [[GatewayRoom.execution], []],
    settings: AgentGateway.Settings = GatewayMember.settings,
    _ body: @escaping @Sendable (GatewayRoom, _ here: String, _ there: String) async throws -> Void
  ) async throws {
    try await GatewayRoom.with(engine, carried: carried, settings: settings) { room in
      try await Self.serve(room.here) { here in
        try await Self.serve(room.there) { there in
          try await body(room, here, there)
        }
      }
    }
  }

  private static func serve(
    _ member: GatewayMember, _ body: @escaping @Sendable (String) async throws -> Void
  ) async throws {
    let router = Router()
    member.gateway.addRoutes(to: router)
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
    try await application.test(.live) { client in
      try await body("http://127.0.0.1:\(client.port ?? 0)")
      // The server waits for its connections to end.
      for agent in member.registry.connected { member.registry.disconnect(agent) }
    }
  }

  @Test(arguments: Engine.all)
  func
    `an assignment goes through the member that holds the agent's stream, and its owner hears so`(
      on engine: Engine
    ) async throws
  {
    try await with(engine) { room, _, there in
      let agent = try await room.enrol("alpha")
      var stream = try await OpenStream(there, as: agent)
      _ = try await stream.next(1)
      try await room.addAssignment(1, to: agent.agent)
      let dispatch = AgentDispatch(registry: room.registry, notices: room.here.notices)
      let assignment = GatewayRoom.assignment(1, epoch: 2)
      #expect(await !dispatch.assign(assignment, to: agent.agent))
      #expect(try await stream.next(1) == [.assign(assignment)])
      let pushed = AssignmentEvent.pushed(assignment.id, GatewayRoom.execution)
      try await eventually("the owner hears") { room.told.events.contains(pushed) ? () : nil }
    }
  }

  @Test(arguments: Engine.all)
  func `a kill goes through the member that holds the agent's stream, once`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, _, there in
      let agent = try await room.enrol("alpha")
      var stream = try await OpenStream(there, as: agent)
      _ = try await stream.next(1)
      try await room.addAssignment(1, to: agent.agent, stored: 40, killed: true)
      room.here.notices.announce(.agentWork([agent.agent]))
      let kill = Command.kill(
        assignment: AssignmentID(1), execution: GatewayRoom.execution, epoch: Epoch(2),
        graceMilliseconds: StepSpecification(arguments: []).graceMilliseconds)
      #expect(try await stream.next(1) == [kill])
      try await room.addAssignment(2, to: agent.agent)
      room.here.notices.announce(.agentWork([agent.agent]))
      #expect(
        try await stream.next(1) == [.assign(GatewayRoom.assignment(2, epoch: 2))],
        "what the stream has carried is not sent again")
    }
  }

  @Test(arguments: Engine.all)
  func `an assignment whose specification cannot be opened ends where the agent is connected`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, _, there in
      let agent = try await room.enrol("alpha")
      var stream = try await OpenStream(there, as: agent)
      _ = try await stream.next(1)
      try await room.addAssignment(1, to: agent.agent)
      try await room.store.ask.run("UPDATE assignment SET specification = $1", [.blob([1, 2])])
      room.here.notices.announce(.agentWork([agent.agent]))
      try await eventually("it has ended") {
        try await room.record(1)?.state == .ended ? () : nil
      }
      guard case .notStarted = try await room.record(1)?.outcome else {
        Issue.record("it may have started")
        return
      }
    }
  }

  @Test(arguments: Engine.all)
  func `what an agent reports to one member reaches the member that carries the execution`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, _, there in
      let agent = try await room.enrol("alpha")
      try await room.addAssignment(1, to: agent.agent)
      room.told.state.withLock {
        $0.open.unstarted = [
          OpenWork.Item(AssignmentID(1), of: GatewayRoom.execution, on: agent.agent)
        ]
      }
      var spool = TestSpool(1)
      spool.start(at: 4)
      spool.end(3)
      let answer = try await report(Report(pieces: [spool.piece()]), as: agent, to: there)
      #expect(answer.acks.map(\.forget) == [true])
      let events: [AssignmentEvent] = [
        .started(AssignmentID(1), GatewayRoom.execution, at: Instant(microseconds: 4)),
        .ended(
          AssignmentID(1), GatewayRoom.execution, .exited(code: 3), at: Instant(microseconds: 9)),
      ]
      try await eventually("the owner hears") { room.told.events == events ? () : nil }
    }
  }

  @Test(arguments: Engine.all)
  func `without any notice the owner finds reports, and has work pushed again`(
    on engine: Engine
  ) async throws {
    var settings = GatewayMember.settings
    settings.lookInterval = .milliseconds(5)
    try await with(engine, settings: settings) { room, _, there in
      let agent = try await room.enrol("alpha")
      var stream = try await OpenStream(there, as: agent)
      _ = try await stream.next(1)
      try await room.addAssignment(1, to: agent.agent)
      let item = OpenWork.Item(AssignmentID(1), of: GatewayRoom.execution, on: agent.agent)
      room.told.state.withLock { $0.open.undelivered = [item] }
      #expect(try await stream.next(1) == [.assign(GatewayRoom.assignment(1, epoch: 2))])
      try await eventually("the wait begins") {
        room.told.unreached == [item] ? () : nil
      }
      try await room.store.ask.run(
        "UPDATE assignment SET state = 'running', started_at = 4, spool_offset = 9")
      let started = AssignmentEvent.started(
        AssignmentID(1), GatewayRoom.execution, at: Instant(microseconds: 4))
      try await eventually("the owner hears") { room.told.events.contains(started) ? () : nil }
      #expect(room.told.abortRequests.contains([]))
    }
  }

  @Test(arguments: Engine.all)
  func `a stream on another member ends the older one`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, here, there in
      let agent = try await room.enrol("alpha")
      var older = try await OpenStream(here, as: agent)
      _ = try await older.next(1)
      var newer = try await OpenStream(there, as: agent)
      _ = try await newer.next(1)
      #expect(try await older.next(1) == [], "the older stream has ended")
      #expect(!room.registry.isConnected(agent.agent))
      #expect(room.there.registry.isConnected(agent.agent))
    }
  }

  @Test(arguments: Engine.all)
  func
    `a member that did not hear where its agent went finds out, and has it told what it was sent`(
      on engine: Engine
    ) async throws
  {
    var settings = GatewayMember.settings
    settings.pingInterval = .milliseconds(40)
    try await with(engine, settings: settings) { room, here, _ in
      let agent = try await room.enrol("alpha")
      let stream = try await OpenStream(here, as: agent)
      let heard = room.there.notices.notices()
      let elsewhere = Term(member: MemberID("m9"), incarnation: 1)
      let record = try #require(try await room.store.ask.agents.find(agent.agent))
      _ = try await room.store.ask.agents.connect(
        record, facts: .init(node: record.node, version: "1", bootID: "b"),
        to: StreamHolder(elsewhere, number: 1))
      for await notice in heard where notice == .agentWork([agent.agent]) {
        if !room.registry.isConnected(agent.agent) { break }
      }
      _ = stream
    }
  }

  @Test(arguments: Engine.all)
  func `a credential that one member takes away ends the stream on another`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, _, there in
      let agent = try await room.enrol("alpha")
      var stream = try await OpenStream(there, as: agent)
      _ = try await stream.next(1)
      #expect(try await room.gateway.revoke(agent.agent))
      #expect(try await stream.next(1) == [], "the stream has ended")
      await #expect(throws: OpenStream.Refused.self) { try await OpenStream(there, as: agent) }
    }
  }

  @Test(arguments: Engine.all)
  func `a member without a term sends its agents to others and takes nothing`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, here, there in
      let agent = try await room.enrol("alpha")
      var stream = try await OpenStream(here, as: agent)
      _ = try await stream.next(1)
      room.here.terms.ended(room.here.term)
      #expect(try await stream.next(2) == [.goodbye])
      await #expect(throws: OpenStream.Refused(status: 503)) {
        try await OpenStream(here, as: agent)
      }
      await #expect(throws: OpenStream.Refused(status: 503)) {
        try await report(Report(pieces: []), as: agent, to: here)
      }
      var other = try await OpenStream(there, as: agent)
      #expect(try await other.next(1).count == 1)
    }
  }

  @Test(arguments: Engine.all)
  func `output that one member stores is followed on another at once`(
    on engine: Engine
  ) async throws {
    try await with(engine, carried: [[], [GatewayRoom.execution]]) { room, _, there in
      let agent = try await room.enrol("alpha")
      try await room.addAssignment(1, to: agent.agent)
      var changes = room.signals.changes(of: GatewayRoom.execution).makeAsyncIterator()
      var spool = TestSpool(1)
      for line in 1...3 {
        let begin = spool.size
        spool.add(.stdout, "line \(line)\n")
        _ = try await report(Report(pieces: [spool.piece(from: begin)]), as: agent, to: there)
        // Nobody looks without being told.
        while try await room.lines().count < line { await changes.next() }
      }
      #expect(try await room.lines() == ["line 1", "line 2", "line 3"])
    }
  }
}
