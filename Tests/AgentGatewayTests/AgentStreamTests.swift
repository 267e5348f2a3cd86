import AgentGateway
import Execution
import Model
import Store
import TestSupport
import Testing
import Wire

/// Streams over a real socket, read by the client that agents use.
@Suite struct AgentStreamTests {
  @Test(arguments: Engine.all)
  func `a connecting agent is welcomed and told what it has not got`(
    on engine: Engine
  ) async throws {
    try await GatewayRoom.serving(engine) { room, url in
      let agent = try await room.enrol("alpha")
      try await room.addAssignment(1, to: agent.agent)
      try await room.addAssignment(2, to: agent.agent, killed: true)
      try await room.addAssignment(3, to: agent.agent, stored: 40)
      try await room.addAssignment(4, to: agent.agent, killed: true)
      let held = [2, 99].map {
        InventoryEntry(
          assignment: AssignmentID($0), epoch: Epoch(2), spoolSize: 40, ended: false)
      }
      var stream = try await OpenStream(url, as: agent, holding: held)
      let commands = try await stream.next(4)
      #expect(
        commands == [
          .welcome(member: MemberID("m"), pingIntervalMilliseconds: 10_000_000),
          .forget(AssignmentID(99)),
          .kill(
            assignment: AssignmentID(2), execution: GatewayRoom.execution, epoch: Epoch(3),
            graceMilliseconds: StepSpecification(arguments: []).graceMilliseconds),
          .assign(
            Assignment(
              id: AssignmentID(1), execution: GatewayRoom.execution, epoch: Epoch(3),
              specification: StepSpecification(arguments: ["true", "1"]))),
        ])
      try await eventually("assignment 4 is settled") {
        try await room.record(4)?.state == .ended ? () : nil
      }
      guard case .lost = try await room.record(3)?.outcome else {
        Issue.record("a spool that vanished is no lost step")
        return
      }
      #expect(
        try await room.record(4)?.outcome == .notStarted(message: "Killed before it started"))
      #expect(room.told.events.contains(.pushed(AssignmentID(1), GatewayRoom.execution)))
      let stored = try await room.store.ask.agents.find(agent.agent)
      #expect(stored?.version == "2" && stored?.hostname == "new" && stored?.name == "alpha")
    }
  }

  @Test(arguments: Engine.all)
  func `an assignment reaches the agent at once, and a newer stream takes over`(
    on engine: Engine
  ) async throws {
    try await GatewayRoom.serving(engine) { room, url in
      let agent = try await room.enrol("alpha")
      var older = try await OpenStream(url, as: agent)
      _ = try await older.next(1)
      let assignment = Assignment(
        id: AssignmentID(7), execution: GatewayRoom.execution, epoch: Epoch(1),
        specification: StepSpecification(arguments: ["true"]))
      #expect(await room.registry.assign(assignment, to: agent.agent))
      #expect(try await older.next(1) == [.assign(assignment)])
      var newer = try await OpenStream(url, as: agent)
      #expect(try await older.next(1) == [], "the older stream has ended")
      #expect(await room.registry.assign(assignment, to: agent.agent))
      #expect(try await newer.next(2).last == .assign(assignment))
    }
  }

  @Test func `an idle stream is pinged`() async throws {
    try await GatewayRoom.serving(.sqlite, pingInterval: .milliseconds(20)) { room, url in
      let agent = try await room.enrol("alpha")
      var stream = try await OpenStream(url, as: agent)
      #expect(try await stream.next(3).suffix(2) == [.ping, .ping])
    }
  }

  @Test func `a database that hangs keeps no agent from its pings`() async throws {
    try await GatewayRoom.serving(.sqlite, pingInterval: .milliseconds(20)) { room, url in
      let agent = try await room.enrol("alpha")
      var stream = try await OpenStream(url, as: agent)
      _ = try await stream.next(1)
      let (begun, begin) = AsyncStream<Void>.makeStream()
      let (ended, end) = AsyncStream<Void>.makeStream()
      async let hanging: Void = room.store.transaction { scope in
        // All writers wait while this transaction is open.
        try await scope.agents.touch([agent.agent])
        begin.finish()
        for await _ in ended {}
      }
      for await _ in begun {}
      let pings = try await stream.next(6)
      end.finish()
      try await hanging
      #expect(pings == Array(repeating: .ping, count: 6))
    }
  }

  @Test func `an agent that went away is noticed`() async throws {
    try await GatewayRoom.serving(.sqlite, pingInterval: .milliseconds(20)) { room, url in
      let agent = try await room.enrol("alpha")
      do {
        var stream = try await OpenStream(url, as: agent)
        _ = try await stream.next(1)
        #expect(room.registry.isConnected(agent.agent))
      }
      try await eventually("the agent is gone") {
        room.registry.isConnected(agent.agent) ? nil : ()
      }
    }
  }
}
