import LogStorage
import Logs
import Model
import Spool
import Store
import TestSupport
import Testing

/// Objects that are lost, cut or half-written, in a folder and in a bucket.
@Suite struct StorageLossTests {
  /// A log of some megabytes that was stored, so that its live chunks are gone.
  private func stored(
    _ fixture: StorageFixture, _ room: ObjectRoom
  ) async throws -> (execution: ExecutionID, service: LogStorageService, size: Int64) {
    let execution = try await Self.add(5, lines: 60_000, to: fixture)
    try await fixture.end(execution)
    let size = Int64(try await fixture.liveBytes(of: execution).count)
    let service = try fixture.service(room.backend)
    try await service.storeDue()
    #expect(try await fixture.liveChunks(of: execution) == 0)
    return (execution, service, size)
  }

  /// An execution that printed so many lines of 100 bytes, 6,000 to a chunk.
  static func add(
    _ number: Int64, lines: Int, to fixture: StorageFixture
  ) async throws -> ExecutionID {
    let execution = try await fixture.addExecution(number)
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 99) + [UInt8(ascii: "\n")]
    let block = Array(repeatElement(line, count: 600).joined())
    for chunk in 0..<lines / 6_000 {
      let frames = (0..<10).map {
        Frame(.stdout, time: Int64(chunk * 10 + $0), payload: block[...])
      }
      try await fixture.append(frames, to: execution)
    }
    return execution
  }

  @Test(arguments: ObjectPlace.allCases)
  func `an object that was cut later is told to its end, and what is before is still read`(
    in place: ObjectPlace
  ) async throws {
    try await StorageFixture.with(.sqlite) { fixture in
      let room = try await ObjectRoom(place, fixture)
      let (execution, service, size) = try await stored(fixture, room)
      let whole = try #require(try await room.backend.size(of: "demo/5.rdlog"))
      try await room.cut("demo/5.rdlog", to: whole / 2)
      let verifier = LogVerifier(store: fixture.store, stored: service.source)
      let verdict = try await verifier.verify(execution)
      let ranges = verdict.faults.compactMap(\.positions)
      #expect(verdict.faults.allSatisfy { $0.kind == .damaged })
      #expect(ranges.last?.upperBound == size)
      #expect(ranges.reduce(0) { $0 + $1.count } < Int(size) * 6 / 10)
      #expect((ranges.first?.lowerBound ?? 0) > size * 4 / 10)
      let reader = fixture.reader(service)
      let first = try await reader.page(of: execution, from: 0, limit: LogLimit(entries: 10))
      #expect(first.entries.count == 10)
      // Nobody is shown less as if it were all.
      await #expect(throws: LogError.self) { _ = try await reader.lastLines(10, of: execution) }
    }
  }

  @Test(arguments: ObjectPlace.allCases)
  func `an object that was lost is told whole, and what came after it is kept live`(
    in place: ObjectPlace
  ) async throws {
    try await StorageFixture.with(.sqlite) { fixture in
      let room = try await ObjectRoom(place, fixture)
      let (execution, service, size) = try await stored(fixture, room)
      try await room.backend.delete("demo/5.rdlog")
      try await fixture.append([Frame(.stdout, time: 1, text: "late\n")], to: execution)
      // It cannot be stored again without what is lost.
      try await service.storeDue()
      let record = try #require(try await fixture.store.ask.logStorage.record(of: execution))
      #expect(record.state == .pending && record.generation == 1)
      #expect(record.error?.hasPrefix("missing: ") == true, "\(record.error ?? "")")
      #expect(try await fixture.liveChunks(of: execution) == 1)
      let verifier = LogVerifier(store: fixture.store, stored: service.source)
      let verdict = try await verifier.verify(execution)
      #expect(verdict.faults.map(\.positions) == [0..<size])
      #expect(verdict.faults.first?.detail.contains("cannot be read") == true)
      #expect(try await room.unfinished() == 0)
      let page = try await fixture.reader(service).page(of: execution, from: size)
      #expect(page.entries.map(\.text) == ["late"])
    }
  }

  @Test(arguments: ObjectPlace.allCases)
  func `a member that is killed within a write leaves no half object, and nothing behind`(
    in place: ObjectPlace
  ) async throws {
    try await StorageFixture.with(.sqlite) { fixture in
      let room = try await ObjectRoom(place, fixture)
      // More than one part of an upload.
      let execution = try await Self.add(5, lines: 300_000, to: fixture)
      try await fixture.end(execution)
      let live = try await fixture.liveBytes(of: execution)
      let (stops, stop) = AsyncStream<Void>.makeStream()
      let first = try fixture.service(
        KilledBackend(real: room.backend, pieces: 9, stopped: stop),
        try fixture.settings { $0.claim = .seconds(3_600) })
      let killed = Task { try await first.storeDue() }
      for await _ in stops { break }
      #expect(try await room.unfinished() == 1)
      #expect(try await room.backend.size(of: "demo/5.rdlog") == nil)
      #expect(try await fixture.liveBytes(of: execution) == live)

      try await fixture.store.ask.run("UPDATE log_storage SET claimed_until = 0")
      let second = try fixture.service(room.backend)
      try await second.storeDue()

      #expect(try await room.unfinished() == 0)
      #expect(try await room.keys() == ["demo/5.rdlog"])
      #expect(try await fixture.liveChunks(of: execution) == 0)
      #expect(try await fixture.bytes(of: execution, second.source) == live)
      killed.cancel()
      _ = await killed.result
      #expect(try await room.keys() == ["demo/5.rdlog"])
    }
  }

  @Test(arguments: ObjectPlace.allCases)
  func `a page of a stored log reads a part or two of its object`(
    in place: ObjectPlace
  ) async throws {
    try await StorageFixture.with(.sqlite) { fixture in
      let room = try await ObjectRoom(place, fixture)
      let (execution, _, size) = try await stored(fixture, room)
      let counting = CountingBackend(real: room.backend)
      let reader = fixture.reader(try fixture.service(counting))
      let selections: [LogSelection] = [
        .all, LogSelection(node: "n1"), LogSelection(step: "1"), LogSelection(node: "nobody"),
      ]
      for selection in selections {
        for position in [0, size / 2, size - 1_000] {
          _ = try await reader.page(
            of: execution, from: position, limit: LogLimit(entries: 10), selecting: selection)
          #expect(counting.take() <= 3 << 20)
        }
        let last = try await reader.lastLines(10, of: execution, selecting: selection)
        #expect(last.entries.count == (selection.node == "nobody" ? 0 : 10))
        #expect(counting.take() <= 3 << 20)
      }
    }
  }
}
