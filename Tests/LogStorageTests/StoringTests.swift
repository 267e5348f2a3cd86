import Compression
import Cryptography
import Database
import Glibc
import LogStorage
import Logs
import Model
import Spool
import Store
import TestSupport
import Testing

@Suite struct StoringTests {
  @Test(arguments: Engine.all, [nil, 3] as [Int?])
  func `a stored log is the live one, byte by byte and position by position`(
    on engine: Engine, level: Int?
  ) async throws {
    try await StorageFixture.with(engine) { fixture in
      let execution = try await fixture.addExecution(5)
      var maker = FrameMaker(seed: 9)
      for chunk in 0..<40 {
        try await fixture.append(
          maker.frames(maker.number(20) + 1), to: execution, step: "\(chunk % 3 + 1)",
          node: "n\(chunk % 2)")
      }
      // One chunk that is divided over several segments, and one line longer than any of them.
      let line = [UInt8](repeating: UInt8(ascii: "x"), count: 99) + [UInt8(ascii: "\n")]
      let block = Array(repeatElement(line, count: 300).joined())
      try await fixture.append(
        (0..<20).map { Frame(.stdout, time: Int64($0), payload: block[...]) }, to: execution)
      let long = [UInt8](repeating: UInt8(ascii: "^"), count: 600_000)
      try await fixture.append([Frame(.stdout, time: 3, payload: long[...])], to: execution)
      let live = try await fixture.liveBytes(of: execution)
      let service = try fixture.service(nil, try fixture.settings { $0.compressionLevel = level })
      let reader = fixture.reader(service)
      let extent = try await reader.extent(of: execution)
      let pages = try await Self.pages(reader, execution, extent.size)
      try await fixture.end(execution)

      try await service.storeDue()

      #expect(try await fixture.liveChunks(of: execution) == 0)
      let record = try #require(try await fixture.store.ask.logStorage.record(of: execution))
      #expect(record.state == .verified)
      #expect(record.error == nil)
      #expect(try await fixture.bytes(of: execution, service.source) == live)
      #expect(try await reader.extent(of: execution) == extent)
      #expect(try await Self.pages(reader, execution, extent.size) == pages)
      #expect(try fixture.files() == ["demo/5.rdlog\(level == nil ? "" : ".zst")"])
    }
  }

  /// Pages from many positions, with and without selection, and the last lines.
  private static func pages(
    _ reader: LogReader, _ execution: ExecutionID, _ size: Int64
  ) async throws -> [LogPage] {
    var pages: [LogPage] = []
    let selections: [LogSelection] = [
      .all, LogSelection(node: "n1"), LogSelection(step: "2"), LogSelection(node: "n0", step: "3"),
      LogSelection(node: "nobody"),
    ]
    for selection in selections {
      for position in [0, 17, 400, size / 3, size / 2, size - 100, size, size + 5] {
        pages.append(
          try await reader.page(
            of: execution, from: position, limit: LogLimit(entries: 50, bytes: 100_000),
            selecting: selection))
      }
      for lines in [0, 1, 7, 300, 3_000] {
        pages.append(try await reader.lastLines(lines, of: execution, selecting: selection))
      }
    }
    return pages
  }

  @Test(arguments: Engine.all)
  func `what comes after a log was stored is readable behind it and stored with it`(
    on engine: Engine
  ) async throws {
    try await StorageFixture.with(engine) { fixture in
      let execution = try await fixture.addExecution(7)
      var maker = FrameMaker(seed: 3)
      try await fixture.append(maker.frames(200), to: execution)
      try await fixture.end(execution)
      let service = try fixture.service()
      let first = try await fixture.liveBytes(of: execution)
      try await service.storeDue()
      let late = maker.frames(100)
      try await fixture.append(late, to: execution)
      let whole = first + late.flatMap(\.bytes)
      let reader = fixture.reader(service)
      let page = try await reader.page(of: execution, from: 0, limit: LogLimit(bytes: 1 << 20))
      #expect(page.size == Int64(whole.count))
      #expect(page.isComplete)

      try await service.storeDue()

      #expect(try await fixture.liveChunks(of: execution) == 0)
      #expect(try await fixture.bytes(of: execution, service.source) == whole)
      #expect(
        try await reader.page(of: execution, from: 0, limit: LogLimit(bytes: 1 << 20)) == page)
      try await Self.sweep(service, until: ["demo/7.2.rdlog"], fixture)
    }
  }

  /// Lets the service run until only these files are left, and so many rows of all tables about logs.
  private static func sweep(
    _ service: LogStorageService, until files: [String], rows: Int64? = nil,
    _ fixture: StorageFixture
  ) async throws {
    let task = Task { try await service.run() }
    _ = try await eventually("only \(files) is left") { () -> Bool? in
      let count = try await fixture.store.ask.run(
        """
        SELECT (SELECT COUNT(*) FROM log_storage) + (SELECT COUNT(*) FROM log_segment)
          + (SELECT COUNT(*) FROM log_chunk) AS count
        """
      ).rows.first?.int("count")
      return try fixture.files() == files && (rows == nil || rows == count) ? true : nil
    }
    task.cancel()
    _ = await task.result
  }

  @Test(arguments: Engine.all)
  func `logs of executions that are deleted leave no object and no row`(
    on engine: Engine
  ) async throws {
    try await StorageFixture.with(engine) { fixture in
      let service = try fixture.service()
      for number in 1...6 {
        let execution = try await fixture.addExecution(Int64(number))
        try await fixture.append([Frame(.stdout, time: 1, text: "hello\n")], to: execution)
        try await fixture.end(execution)
      }
      try await service.storeDue()
      #expect(try fixture.files().count == 6)
      try await service.removeStored(of: [ExecutionID(1), ExecutionID(2), ExecutionID(99)])
      #expect(try fixture.files().count == 4)
      // Whoever deletes executions without a word leaves the objects to the sweep.
      try await fixture.store.ask.run("DELETE FROM execution")
      try await Self.sweep(service, until: [], rows: 0, fixture)
    }
  }

  /// The digest of the digests of the object's head, segments and tail, as the index says where they are.
  private static func digest(
    of bytes: [UInt8], _ fixture: StorageFixture
  ) async throws -> [UInt8] {
    let ends = try await fixture.store.ask.run(
      "SELECT object_offset, object_length FROM log_segment ORDER BY position"
    ).rows.map { try Int($0.int("object_offset")) + Int($0.int("object_length")) }
    #expect(ends.count > 1)
    let first = try #require(
      try await fixture.store.ask.run("SELECT MIN(object_offset) AS first FROM log_segment")
        .rows.first?.int("first"))
    let bounds = [0, Int(first)] + ends + [bytes.count]
    let parts = zip(bounds, bounds.dropFirst()).flatMap { Digest.sha256(bytes[$0..<$1]) }
    return Digest.sha256(parts)
  }

  @Test func `the file is what its digest says, and zstd reads it`() async throws {
    try await StorageFixture.with(.sqlite) { fixture in
      let execution = try await fixture.addExecution(8)
      var maker = FrameMaker(seed: 5)
      for _ in 0..<4 { try await fixture.append(maker.frames(2_000), to: execution) }
      try await fixture.end(execution)
      let service = try fixture.service(nil, try fixture.settings { $0.compressionLevel = 3 })
      try await service.storeDue()
      let record = try #require(
        try await fixture.store.ask.logStorage.record(of: execution)?.stored)
      let bytes = try await FileLogStorage(directory: fixture.folder)
        .read(record.path, 0..<record.objectSize + 10)
      #expect(try await Self.digest(of: bytes, fixture) == record.digest)
      let text = try Decompressor.content(of: bytes, limit: .max)
      #expect(text.starts(with: Array("^text/x-rundeck-log-v2.0^\n".utf8)))
      #expect(text.suffix(6) == Array("^END^\n".utf8)[...])
    }
  }
}
