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

@Suite struct SpoolIngestorTests {
  private static let agent = AgentID("a")

  /// Runs an ingestor over a room whose assignments 1 and 2 belong to the agent.
  private func with(
    _ engine: Engine, _ body: (GatewayRoom, SpoolIngestor) async throws -> Void
  ) async throws {
    try await GatewayRoom.with(engine) { room in
      for id in 1...2 { try await room.addAssignment(Int64(id), to: Self.agent) }
      let ingestor = SpoolIngestor(
        store: room.store, signals: room.signals, patience: .milliseconds(50),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, deliver: room.told.deliver)
      let running = Task { await ingestor.run() }
      defer { running.cancel() }
      try await body(room, ingestor)
    }
  }

  private func send(
    _ pieces: SpoolPiece..., by agent: AgentID = agent, to ingestor: SpoolIngestor
  ) async throws -> [SpoolAck] {
    try await ingestor.submit(Report(pieces: pieces), from: agent).acks
  }

  @Test(arguments: Engine.all)
  func `a step's whole spool is stored, told and may be forgotten`(on engine: Engine) async throws {
    try await with(engine) { room, ingestor in
      var spool = TestSpool(1)
      spool.add(.accepted, "b")
      spool.start(at: 4)
      spool.add(.stdout, "one\ntwo\n")
      spool.end(3)
      let acks = try await send(spool.piece(), to: ingestor)
      #expect(acks == [SpoolAck(assignment: spool.assignment, offset: spool.size, forget: true)])
      let record = try await room.record(1)
      #expect(record?.state == .ended && record?.outcome == .exited(code: 3))
      #expect(record?.startedAt == Instant(microseconds: 4))
      #expect(record?.spoolOffset == spool.size)
      #expect(try await room.lines() == ["one", "two"])
      #expect(
        room.told.events == [
          .started(AssignmentID(1), GatewayRoom.execution, at: Instant(microseconds: 4)),
          .ended(
            AssignmentID(1), GatewayRoom.execution, .exited(code: 3), at: Instant(microseconds: 9)),
        ])
    }
  }

  @Test(arguments: Engine.all)
  func `a repeated piece is acknowledged and told again but stored once`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, ingestor in
      var spool = TestSpool(1)
      spool.add(.stdout, "one\n")
      spool.end(-1, signal: 9, reason: .killed)
      let first = try await send(spool.piece(), to: ingestor)
      let second = try await send(spool.piece(), to: ingestor)
      #expect(first == second)
      #expect(try await room.lines() == ["one"])
      #expect(room.told.events.count == 2 && Set(room.told.events).count == 1)
      #expect(try await room.record(1)?.outcome == .killed)
    }
  }

  @Test(arguments: Engine.all)
  func `an overlapping piece adds only what is new, and a gap is asked for`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, ingestor in
      var spool = TestSpool(1)
      spool.add(.stdout, "one\n")
      let first = spool.size
      spool.add(.stdout, "two\n")
      let second = spool.size
      spool.add(.stdout, "three\n")
      let gap = try await send(spool.piece(from: first), to: ingestor)
      #expect(gap == [SpoolAck(assignment: spool.assignment, offset: 8, forget: false)])
      _ = try await send(spool.piece(to: first), to: ingestor)
      let overlap = try await send(spool.piece(to: second), to: ingestor)
      #expect(overlap.first?.offset == second)
      _ = try await send(spool.piece(from: second), to: ingestor)
      #expect(try await room.lines() == ["one", "two", "three"])
    }
  }

  @Test(arguments: Engine.all)
  func `a torn tail is left to the next report`(on engine: Engine) async throws {
    try await with(engine) { room, ingestor in
      var spool = TestSpool(1)
      spool.add(.stdout, "one\n")
      let whole = spool.size
      spool.add(.stdout, "two\n")
      let acks = try await send(spool.piece(to: spool.size - 2), to: ingestor)
      #expect(acks.first?.offset == whole)
      _ = try await send(spool.piece(from: whole), to: ingestor)
      #expect(try await room.lines() == ["one", "two"])
    }
  }

  @Test(arguments: Engine.all)
  func `the unknown, another agent's and an epoch never given are to be forgotten`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, ingestor in
      var unknown = TestSpool(77)
      unknown.add(.stdout, "x\n")
      var spool = TestSpool(1)
      spool.add(.stdout, "y\n")
      let acks = try await send(unknown.piece(), spool.piece(epoch: 4), to: ingestor)
      #expect(acks.allSatisfy { $0.forget })
      let other = try await send(spool.piece(), by: AgentID("thief"), to: ingestor)
      #expect(other.first?.forget == true)
      #expect(try await room.lines().isEmpty)
      _ = try await send(spool.piece(epoch: 1), to: ingestor)
      #expect(try await room.lines() == ["y"], "an older epoch's output is output")
    }
  }

  @Test(arguments: Engine.all)
  func `output that comes after the end is kept and changes no outcome`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, ingestor in
      try await room.store.ask.run(
        "UPDATE assignment SET state = 'ended', outcome = $1, ended_at = 1 WHERE id = 1",
        [.text(#"{"killed":{}}"#)])
      var spool = TestSpool(1)
      spool.add(.stdout, "late\n")
      spool.end(0)
      let acks = try await send(spool.piece(), to: ingestor)
      #expect(acks.first?.forget == true)
      #expect(try await room.lines() == ["late"])
      #expect(try await room.record(1)?.outcome == .killed)
    }
  }

  @Test(arguments: Engine.all)
  func `a spool that cannot be read ends its step as lost, after what could be read`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, ingestor in
      var spool = TestSpool(1)
      spool.add(.stdout, "good\n")
      var piece = spool.piece()
      piece.bytes += [UInt8](repeating: 0xEE, count: 40)
      let acks = try await send(piece, to: ingestor)
      #expect(acks.first?.forget == true)
      #expect(try await room.lines() == ["good"])
      guard case .lost = try await room.record(1)?.outcome else {
        Issue.record("not lost")
        return
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a reason that no column can keep is kept as far as it can be`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, ingestor in
      var spool = TestSpool(1)
      spool.add(.notStarted, "a\u{0}b" + String(repeating: "x", count: 1 << 20), at: .min)
      _ = try await send(spool.piece(), to: ingestor)
      guard case .notStarted(let message) = try await room.record(1)?.outcome else {
        Issue.record("it has no outcome")
        return
      }
      #expect(message.hasPrefix("a bxx") && message.utf8.count <= 4096)
      #expect(try await room.record(1)?.endedAt == Instant(microseconds: .min))
    }
  }

  @Test func `a report that the store will never take is refused at once`() async throws {
    try await GatewayRoom.with(.sqlite) { room in
      try await room.addAssignment(1, to: Self.agent)
      try await room.store.ask.run("UPDATE assignment SET outcome = NULL, state = 'assigned'")
      try await room.store.ask.run("DROP TABLE log_chunk")
      let ingestor = SpoolIngestor(
        store: room.store, signals: room.signals, patience: .seconds(3600),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, deliver: room.told.deliver)
      let running = Task { await ingestor.run() }
      defer { running.cancel() }
      var spool = TestSpool(1)
      spool.add(.stdout, "x\n")
      let piece = spool.piece()
      await #expect(throws: SpoolIngestor.Refusal.unavailable) {
        try await ingestor.submit(Report(pieces: [piece]), from: Self.agent)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `damage in front of where the store ends, and offsets of no spool, change nothing`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, ingestor in
      var spool = TestSpool(1)
      spool.add(.stdout, "good\n")
      _ = try await send(spool.piece(), to: ingestor)
      var damaged = spool.piece()
      damaged.offset = 9
      damaged.bytes = ArraySlice(repeating: 0xEE, count: 99)
      var far = spool.piece()
      far.offset = .max
      var negative = spool.piece()
      negative.offset = .min
      let acks = try await send(damaged, far, negative, to: ingestor)
      #expect(acks.allSatisfy { $0.offset == spool.size && !$0.forget })
      #expect(try await room.record(1)?.state == .assigned)
      #expect(try await room.lines() == ["good"] && room.told.events.isEmpty)
    }
  }

  @Test(arguments: Engine.all)
  func `many reports at once keep each spool's order and lose nothing`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, ingestor in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for id in 1...2 {
          group.addTask {
            var spool = TestSpool(Int64(id))
            for index in 0..<40 {
              let from = spool.size
              spool.add(.stdout, "\(id) \(index)\n")
              _ = try await send(spool.piece(from: from), to: ingestor)
            }
          }
        }
        try await group.waitForAll()
      }
      let lines = try await room.lines()
      for id in 1...2 {
        #expect(lines.filter { $0.hasPrefix("\(id) ") } == (0..<40).map { "\(id) \($0)" })
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a large piece becomes chunks of a megabyte and reads back byte by byte`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, ingestor in
      var spool = TestSpool(1)
      let block = String(repeating: "0123456789abcde\n", count: 16_000)
      for _ in 0..<16 { spool.add(.stdout, block) }
      _ = try await send(spool.piece(), to: ingestor)
      var text: [UInt8] = []
      for try await part in LogReader(store: room.store).text(of: GatewayRoom.execution) {
        text += part
      }
      #expect(text == Array(String(repeating: block, count: 16).utf8))
      let chunks = try await room.store.ask.logs.chunks(
        of: GatewayRoom.execution, from: 0, bytes: 100 << 20)
      #expect(chunks.allSatisfy { $0.data.count <= 1 << 20 } && chunks.count < 8)
    }
  }

  @Test func `a report is refused while the store is away, and nothing is told`() async throws {
    try await with(.sqlite) { room, ingestor in
      await room.store.database.close()
      var spool = TestSpool(1)
      spool.end(0)
      let piece = spool.piece()
      await #expect(throws: SpoolIngestor.Refusal.unavailable) {
        try await ingestor.submit(Report(pieces: [piece]), from: Self.agent)
      }
      #expect(room.told.events.isEmpty)
    }
  }

  @Test(arguments: Engine.all)
  func `an agent that begins what was withdrawn is told that nobody wants it`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, ingestor in
      try await room.store.ask.run(
        """
        UPDATE assignment SET state = 'ended', ended_at = 3, outcome = $1 WHERE id = 1
        """, [.text(#"{"notStarted":{"message":"aborted"}}"#)])
      var spool = TestSpool(1)
      spool.add(.accepted, "b")
      spool.start(at: 4)
      spool.add(.stdout, "one\n")
      let acks = try await send(spool.piece(), to: ingestor)
      #expect(acks == [SpoolAck(assignment: spool.assignment, offset: 0, forget: true)])
      #expect(room.told.events.isEmpty)
      #expect(try await room.lines().isEmpty)
    }
  }
}
