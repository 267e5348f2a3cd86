import AgentGateway
import Database
import Execution
import Logging
import Logs
import Model
import Spool
import Store
import TestSupport
import Testing
import Wire

/// What is kept of spools whose log has a limit, and of the marks that supervisors write.
@Suite struct LogLimitIngestTests {
  private static let agent = AgentID("a")

  /// A room whose log has a limit as it is stored, and whose assignments 1 and 2 belong to the agent.
  private func with(
    _ engine: Engine, limit: String?, _ body: (GatewayRoom) async throws -> Void
  ) async throws {
    try await GatewayRoom.with(engine) { room in
      for id in 1...2 { try await room.addAssignment(Int64(id), to: Self.agent) }
      if let limit {
        try await room.store.ask.run("UPDATE execution SET log_limit = $1", [.text(limit)])
      }
      try await body(room)
    }
  }

  /// Stores pieces through an ingestor of its own, as a member does that came after the one before.
  private func store(_ pieces: SpoolPiece..., in room: GatewayRoom) async throws -> [SpoolAck] {
    let ingestor = SpoolIngestor(
      store: room.store, signals: room.signals, patience: .milliseconds(50),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, deliver: room.told.deliver)
    let running = Task { await ingestor.run() }
    defer { running.cancel() }
    return try await ingestor.submit(Report(pieces: pieces), from: Self.agent).acks
  }

  private func reached(_ room: GatewayRoom) -> Int {
    room.told.events.count { if case .logLimitReached = $0 { true } else { false } }
  }

  /// Six lines of ten bytes, their newlines included.
  private static let six = (1...6).map { "line no \($0)\n" }.joined()

  @Test(arguments: Engine.all, ["10 truncate failed", "100B halt failed", "10/node halt failed"])
  func `a limit holds over members that come one after the other, and is told once`(
    on engine: Engine, limit: String
  ) async throws {
    try await with(engine, limit: limit) { room in
      var spool = TestSpool(1)
      spool.add(.stdout, Self.six)
      _ = try await store(spool.piece(), in: room)
      #expect(try await room.lines().count == 6)
      for _ in 0..<3 {
        let from = spool.size
        spool.add(.stdout, Self.six)
        let acks = try await store(spool.piece(from: from), in: room)
        // What is not kept is acknowledged all the same: nobody sends it again.
        #expect(acks.map(\.offset) == [spool.size])
        #expect(try await room.lines().count == 10)
      }
      #expect(reached(room) == 1)
      spool.end(0)
      #expect(try await store(spool.piece(), in: room).first?.forget == true)
      #expect(try await room.record(1)?.outcome == .exited(code: 0))
      // What was left out on purpose is no gap.
      let verdict = try await LogReader(store: room.store).verifier.verify(GatewayRoom.execution)
      #expect(verdict.faults == [])
    }
  }

  @Test(arguments: Engine.all)
  func `a limit of the whole log counts what other steps and other members stored`(
    on engine: Engine
  ) async throws {
    try await with(engine, limit: "10 truncate failed") { room in
      var (one, two) = (TestSpool(1), TestSpool(2))
      one.add(.stdout, Self.six)
      two.add(.stderr, Self.six)
      _ = try await store(one.piece(), in: room)
      _ = try await store(two.piece(), in: room)
      #expect(try await room.lines().count == 10)
      #expect(try await room.record(2)?.spoolOffset == two.size)
    }
  }

  @Test(arguments: Engine.all)
  func `what a supervisor had no room for is marked where it is missing`(
    on engine: Engine
  ) async throws {
    try await with(engine, limit: nil) { room in
      var spool = TestSpool(1)
      spool.add(.stdout, "before\n")
      spool.add(DroppedPayload(count: 4_096))
      spool.add(.stdout, "behind\n")
      spool.add(DroppedPayload(count: 1))
      spool.end(0)
      _ = try await store(spool.piece(), in: room)
      // Twice is once.
      _ = try await store(spool.piece(), in: room)
      let mark = "of output are missing here: the agent had no room to keep them"
      #expect(
        try await room.lines() == [
          "before", "[4096 bytes \(mark)]", "behind", "[1 byte \(mark)]",
        ])
      let page = try await LogReader(store: room.store).page(of: GatewayRoom.execution, from: 0)
      #expect(page.entries.map(\.level) == [.normal, .warning, .normal, .warning])
      #expect(page.entries.map(\.source)[1] == .supervisor)
      let verdict = try await LogReader(store: room.store).verifier.verify(GatewayRoom.execution)
      #expect(verdict.faults == [])
    }
  }

  @Test(arguments: Engine.all)
  func `who is still there after a kill is told at once, is no output, and is kept until the end`(
    on engine: Engine
  ) async throws {
    try await with(engine, limit: nil) { room in
      var spool = TestSpool(1)
      spool.start(at: 4)
      spool.add(.stdout, "hello\n")
      spool.add(.unconfirmed, "7 sleep, 8 dd", at: 6)
      _ = try await store(spool.piece(), in: room)
      #expect(
        room.told.events.last
          == .unconfirmed(
            AssignmentID(1), GatewayRoom.execution, processes: "7 sleep, 8 dd",
            at: Instant(microseconds: 6)))
      #expect(try await room.record(1)?.state == .running)
      let row = try await room.store.ask.run("SELECT survivors FROM assignment WHERE id = 1").rows
      #expect(try row.first?.text("survivors") == "7 sleep, 8 dd")
      let from = spool.size
      spool.add(.unconfirmed, "8 dd", at: 7)
      spool.end(-1, signal: 9, reason: .killed, at: 8)
      _ = try await store(spool.piece(from: from), in: room)
      let record = try await room.record(1)
      #expect(record?.outcome == .killed && record?.endedAt == Instant(microseconds: 8))
      #expect(try await room.lines() == ["hello"])
      let verdict = try await LogReader(store: room.store).verifier.verify(GatewayRoom.execution)
      #expect(verdict.faults == [])
    }
  }

  @Test(arguments: Engine.all)
  func `a mark of missing output counts as a line of a limit and is never cut`(
    on engine: Engine
  ) async throws {
    try await with(engine, limit: "2 truncate failed") { room in
      var spool = TestSpool(1)
      spool.add(.stdout, "one\n")
      spool.add(DroppedPayload(count: 9))
      spool.add(DroppedPayload(count: 9))
      spool.add(.stdout, "two\n")
      _ = try await store(spool.piece(), in: room)
      #expect(try await room.lines().count == 2)
      #expect(reached(room) == 1)
    }
  }
}

extension TestSpool {
  /// A mark of output that found no room.
  fileprivate mutating func add(_ dropped: DroppedPayload) {
    let payload = dropped.bytes
    append(Frame(.dropped, time: 1, payload: payload[...]))
  }
}
