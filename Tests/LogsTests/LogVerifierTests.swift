import Logs
import Model
import Spool
import Store
import TestSupport
import Testing

@Suite struct LogVerifierTests {
  /// Three chunks of assignment 1, one of assignment 2 and a line of the server's, at positions 0, 20, 40, 60 and 80.
  private func write(_ fixture: LogFixture) async throws {
    for (index, text) in ["aaa\n", "bbb\n", "ccc\n"].enumerated() {
      try await fixture.store([fixture.out(text, at: Int64(index) * 1000)])
    }
    try await fixture.store([fixture.out("ddd\n", at: 3000)], of: 2)
    try await fixture.writer.append("eee", to: fixture.execution, at: Instant(microseconds: 4000))
    // The fixture's spools begin at 0, real ones behind their magic.
    try await fixture.store.ask.run(
      """
      UPDATE log_chunk SET spool_offset = spool_offset + 8 WHERE assignment_id IS NOT NULL
      """)
    try await fixture.store.ask.run("UPDATE assignment SET spool_offset = spool_offset + 8")
  }

  private func faults(
    _ engine: Engine, after damage: String, _ check: (LogVerdict) -> Void
  ) async throws {
    try await LogFixture.with(engine) { fixture in
      try await write(fixture)
      try await fixture.store.ask.run(damage)
      check(try await LogVerifier(store: fixture.store).verify(fixture.execution))
    }
  }

  @Test(arguments: Engine.all)
  func `a log as it was stored is complete`(on engine: Engine) async throws {
    try await LogFixture.with(engine) { fixture in
      try await write(fixture)
      let verdict = try await LogVerifier(store: fixture.store).verify(fixture.execution)
      #expect(verdict.isComplete && verdict.isChained, "\(verdict.faults)")
      #expect(verdict.size == 100 && verdict.lines == 5 && verdict.chain?.count == 32)
    }
  }

  @Test(arguments: Engine.all)
  func `a deleted chunk is named with its spool and the times around it`(
    on engine: Engine
  ) async throws {
    try await faults(engine, after: "DELETE FROM log_chunk WHERE position = 20") { verdict in
      #expect(verdict.faults.count == 1)
      let fault = verdict.faults.first
      #expect(fault?.kind == .missing && fault?.positions == 20..<40 && fault?.lines == 1)
      #expect(fault?.assignment == AssignmentID(1) && fault?.spoolOffsets == 28..<48)
      #expect(fault?.step == "1" && fault?.node == "node-1")
      #expect(fault?.after == Instant(microseconds: 0))
      #expect(fault?.before == Instant(microseconds: 2000))
    }
  }

  @Test(arguments: Engine.all)
  func `the last chunk is missed when it is deleted`(on engine: Engine) async throws {
    try await faults(engine, after: "DELETE FROM log_chunk WHERE position = 80") { verdict in
      #expect(verdict.faults.map(\.positions) == [80..<100])
      #expect(verdict.faults.first?.kind == .missing)
    }
  }

  @Test(arguments: Engine.all)
  func `a flipped bit is named by its chunk`(on engine: Engine) async throws {
    try await LogFixture.with(engine) { fixture in
      try await write(fixture)
      var data = fixture.out("ccc\n", at: 2000).bytes
      data[17] ^= 1
      try await fixture.store.ask.run(
        "UPDATE log_chunk SET data = $1 WHERE position = 40", [.blob(data)])
      let verdict = try await LogVerifier(store: fixture.store).verify(fixture.execution)
      #expect(verdict.faults.map(\.positions) == [40..<60])
      #expect(verdict.faults.first?.kind == .damaged)
      #expect(verdict.faults.first?.spoolOffsets == 48..<68)
    }
  }

  @Test(arguments: Engine.all)
  func `a chunk that was cut, or swapped with another, is named`(on engine: Engine) async throws {
    try await LogFixture.with(engine) { fixture in
      try await write(fixture)
      let cut = Array(fixture.out("ccc\n", at: 2000).bytes.dropLast(2))
      try await fixture.store.ask.run(
        "UPDATE log_chunk SET data = $1 WHERE position = 40", [.blob(cut)])
      let verdict = try await LogVerifier(store: fixture.store).verify(fixture.execution)
      #expect(Set(verdict.faults.map(\.positions)) == [40..<60])
    }
    try await LogFixture.with(engine) { fixture in
      try await write(fixture)
      for (from, to) in [(0, 1000), (20, 0), (1000, 20)] {
        try await fixture.store.ask.run(
          "UPDATE log_chunk SET position = \(to) WHERE position = \(from)")
      }
      let verdict = try await LogVerifier(store: fixture.store).verify(fixture.execution)
      let named = Set(verdict.faults.compactMap(\.positions))
      #expect(named.isSuperset(of: [0..<20, 20..<40]))
    }
  }
}
