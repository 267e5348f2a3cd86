import Database
import LogStorage
import Logs
import Model
import Store
import TestSupport
import Testing

@Suite struct StoredVerdictTests {
  /// A log of several segments, one chunk of which is longer than a segment, stored and given up by the store.
  private func stored(
    _ fixture: StorageFixture
  ) async throws -> (ExecutionID, LogVerifier, size: Int64) {
    let execution = try await fixture.addExecution(5)
    var maker = FrameMaker(seed: 3)
    for count in [100, 20_000, 50, 3_000, 3_000, 3_000] {
      try await fixture.append(maker.frames(count), to: execution)
    }
    try await fixture.end(execution)
    let size = Int64(try await fixture.liveBytes(of: execution).count)
    let service = try fixture.service()
    try await service.storeDue()
    #expect(try await fixture.liveChunks(of: execution) == 0)
    return (execution, LogVerifier(store: fixture.store, stored: service.source), size)
  }

  /// Replaces bytes of the stored object.
  private func change(
    _ fixture: StorageFixture, _ body: (inout [UInt8]) -> Void
  ) async throws {
    let file = FileLogStorage(directory: fixture.folder)
    let size = try #require(try await file.size(of: "demo/5.rdlog"))
    var bytes = try await file.read("demo/5.rdlog", 0..<size)
    body(&bytes)
    let changed = Once(bytes)
    try await file.put("demo/5.rdlog", token: "x", facts: [:]) { await changed.take() }
  }

  @Test(arguments: Engine.all)
  func `a log that only its stored copy has is proven by its bytes`(
    on engine: Engine
  ) async throws {
    try await StorageFixture.with(engine) { fixture in
      let (execution, verifier, size) = try await stored(fixture)
      let verdict = try await verifier.verify(execution)
      #expect(verdict.faults == [])
      #expect(verdict.isComplete)
      #expect(verdict.isChained)
      #expect(verdict.storedSize == size)
    }
  }

  @Test(arguments: Engine.all)
  func `another chain at the log's end is found through the stored copy`(
    on engine: Engine
  ) async throws {
    try await StorageFixture.with(engine) { fixture in
      let (execution, verifier, size) = try await stored(fixture)
      try await fixture.store.ask.run("UPDATE log_head SET chain = $1", [.blob([1, 2, 3])])
      let verdict = try await verifier.verify(execution)
      #expect(!verdict.isComplete)
      #expect(verdict.faults.map(\.positions) == [size..<size])
    }
  }

  @Test
  func `the place that is damaged in the stored copy is named, and what is behind it is checked`()
    async throws
  {
    try await StorageFixture.with(.sqlite) { fixture in
      let (execution, verifier, size) = try await stored(fixture)
      try await change(fixture) { $0[$0.count / 2] ^= 1 }
      let verdict = try await verifier.verify(execution)
      let fault = try #require(verdict.faults.first)
      #expect(verdict.faults.count == 1)
      #expect(fault.kind == .damaged)
      let positions = try #require(fault.positions)
      #expect(positions.lowerBound > 0)
      #expect(positions.upperBound < size)
      // A segment, and not more.
      let segments = try await fixture.store.ask.run(
        "SELECT position, length FROM log_segment ORDER BY position"
      ).rows.map { try $0.int("position")..<$0.int("position") + $0.int("length") }
      #expect(segments.contains(positions))
    }
  }

  @Test func `a copy that is gone is damaged from its start to its end`() async throws {
    try await StorageFixture.with(.sqlite) { fixture in
      let (execution, verifier, size) = try await stored(fixture)
      try await FileLogStorage(directory: fixture.folder).delete("demo/5.rdlog")
      let verdict = try await verifier.verify(execution)
      #expect(verdict.faults.map(\.positions) == [0..<size])
    }
  }
}
