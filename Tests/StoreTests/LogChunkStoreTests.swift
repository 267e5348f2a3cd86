import Model
import Store
import TestSupport
import Testing

@Suite struct LogChunkStoreTests {
  @Test(arguments: Engine.all)
  func `a log that nobody wrote is empty`(on engine: Engine) async throws {
    try await LogChunkFixture.with(engine) { fixture in
      let logs = fixture.store.ask.logs
      let chunks = try await logs.chunks(of: fixture.execution, from: 0, bytes: 100)
      #expect(chunks.isEmpty)
      #expect(try await logs.extent(of: fixture.execution) == .empty)
      #expect(try await logs.chunk(of: fixture.execution, lastLines: 3) == nil)
    }
  }

  @Test(arguments: Engine.all)
  func `chunks of two spools and of the server follow each other without a gap`(
    on engine: Engine
  ) async throws {
    try await LogChunkFixture.with(engine) { fixture in
      let logs = fixture.store.ask.logs
      let first = try await fixture.advance(1, to: 48, chunks: [10, 20])
      let second = try await fixture.advance(2, to: 28, chunks: [5])
      #expect(try await logs.ingest([first, second]) == [true, true])
      try await logs.append(LogChunkDraft(data: [9, 9], lines: 1), to: fixture.execution)
      let chunks = try await logs.chunks(of: fixture.execution, from: 0, bytes: 1000)
      #expect(chunks.map(\.position) == [0, 10, 30, 35])
      #expect(chunks.map(\.firstLine) == [0, 2, 4, 6])
      #expect(chunks.map(\.step) == ["1", "1", "2", nil])
      #expect(chunks.map(\.node) == ["node-1", "node-1", "node-2", nil])
      #expect(chunks.map(\.data.count) == [10, 20, 5, 2])
      let extent = try await logs.extent(of: fixture.execution)
      #expect(extent.size == 37 && extent.lines == 7 && extent.lastModified != nil)
    }
  }

  @Test(arguments: Engine.all)
  func `a page begins with the chunk that holds the position and ends with the bytes asked for`(
    on engine: Engine
  ) async throws {
    try await LogChunkFixture.with(engine) { fixture in
      let logs = fixture.store.ask.logs
      let advance = try await fixture.advance(1, to: 99, chunks: [10, 10, 10, 10])
      _ = try await logs.ingest([advance])
      func positions(_ from: Int64, _ bytes: Int64) async throws -> [Int64] {
        try await logs.chunks(of: fixture.execution, from: from, bytes: bytes).map(\.position)
      }
      #expect(try await positions(0, 1) == [0])
      #expect(try await positions(9, 11) == [0, 10])
      #expect(try await positions(10, 20) == [10, 20])
      #expect(try await positions(39, 1000) == [30])
      #expect(try await positions(40, 1000) == [])
    }
  }

  @Test(arguments: Engine.all)
  func `the last lines are found from the end, also of one node`(on engine: Engine) async throws {
    try await LogChunkFixture.with(engine) { fixture in
      let logs = fixture.store.ask.logs
      _ = try await logs.ingest([try await fixture.advance(1, to: 20, chunks: [10])])
      _ = try await logs.ingest([try await fixture.advance(2, to: 20, chunks: [10])])
      func start(_ lines: Int64, _ selection: LogSelection = .all) async throws -> [Int64]? {
        try await logs.chunk(of: fixture.execution, lastLines: lines, selecting: selection)
          .map { [$0.position, $0.skip] }
      }
      #expect(try await start(1) == [10, 1])
      #expect(try await start(2) == [10, 0])
      #expect(try await start(3) == [0, 1])
      #expect(try await start(100) == [0, 0])
      #expect(try await start(1, LogSelection(node: "node-1")) == [0, 1])
      #expect(try await start(1, LogSelection(step: "3")) == nil)
    }
  }

  @Test(arguments: Engine.all)
  func `a deleted log is gone, and a line for no execution is refused`(
    on engine: Engine
  ) async throws {
    try await LogChunkFixture.with(engine) { fixture in
      let logs = fixture.store.ask.logs
      let draft = LogChunkDraft(data: [1], lines: 1)
      try await logs.append(draft, to: fixture.execution)
      #expect(try await logs.delete(of: fixture.execution) == 1)
      #expect(try await logs.extent(of: fixture.execution) == .empty)
      await #expect(throws: StoreError.self) {
        try await logs.append(draft, to: ExecutionID(4711))
      }
    }
  }

  @Test(arguments: Engine.all)
  func `many writers of one log leave no gap and lose nothing`(on engine: Engine) async throws {
    try await LogChunkFixture.with(engine) { fixture in
      let logs = fixture.store.ask.logs
      try await withThrowingTaskGroup(of: Void.self) { group in
        for size in 1...20 {
          group.addTask {
            let draft = LogChunkDraft(data: [UInt8](repeating: 7, count: size), lines: 1)
            try await logs.append(draft, to: fixture.execution)
          }
        }
        try await group.waitForAll()
      }
      let chunks = try await logs.chunks(of: fixture.execution, from: 0, bytes: 100_000)
      #expect(chunks.count == 20)
      #expect(zip(chunks, chunks.dropFirst()).allSatisfy { $0.end == $1.position })
      #expect(chunks.map(\.firstLine) == (0..<20).map { Int64($0) })
      #expect(chunks.last?.end == 210)
    }
  }
}
