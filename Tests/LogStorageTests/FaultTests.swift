import LogStorage
import Logs
import Model
import Spool
import Store
import TestSupport
import Testing

@Suite struct FaultTests {
  private func prepare(
    _ fixture: StorageFixture, _ number: Int64 = 5
  ) async throws -> (ExecutionID, [UInt8]) {
    let execution = try await fixture.addExecution(number)
    var maker = FrameMaker(seed: UInt64(number))
    for _ in 0..<10 { try await fixture.append(maker.frames(100), to: execution) }
    try await fixture.end(execution)
    return (execution, try await fixture.liveBytes(of: execution))
  }

  @Test(arguments: Engine.all)
  func `a storage that fails in every way gets the log in the end, and nothing live goes before`(
    on engine: Engine
  ) async throws {
    try await StorageFixture.with(engine) { fixture in
      let (execution, live) = try await prepare(fixture)
      let backend = FaultyBackend(
        fixture.folder, [.refuses, .breaksOff, .forgets, .cuts, .flips, .refuses])
      let service = try fixture.service(backend)
      for _ in 0..<6 {
        let left = backend.left
        _ = try await eventually("the next attempt is made") { () -> Bool? in
          try await service.storeDue()
          return backend.left < left ? true : nil
        }
        let record = try #require(try await fixture.store.ask.logStorage.record(of: execution))
        #expect(record.state == .pending)
        #expect(record.error != nil)
        #expect(try await fixture.liveBytes(of: execution) == live)
        #expect(try await service.counts().failed == 1)
        #expect(try await service.incomplete(offset: 0, limit: 5).total == 1)
      }
      try await service.resume()
      try await service.storeDue()
      #expect(try await fixture.liveChunks(of: execution) == 0)
      #expect(try await fixture.bytes(of: execution, service.source) == live)
      #expect(try fixture.files() == ["demo/5.rdlog"])
      let counts = try await service.counts()
      #expect(counts == LogStorageCounts(succeeded: 1, failed: 0, queued: 0, missing: 0))
    }
  }

  @Test(arguments: Engine.all)
  func `a log is taken over from a member that was killed while it wrote`(
    on engine: Engine
  ) async throws {
    try await StorageFixture.with(engine) { fixture in
      let (execution, live) = try await prepare(fixture)
      let backend = FaultyBackend(fixture.folder, [.hangs])
      let first = try fixture.service(
        backend, try fixture.settings { $0.claim = .seconds(3_600) })
      let killed = Task { try await first.storeDue() }
      for await _ in backend.hangs { break }
      // Nobody gives the claim back: it runs out.
      let second = try fixture.service()
      try await second.storeDue()
      #expect(try await fixture.liveBytes(of: execution) == live)
      try await fixture.store.ask.run("UPDATE log_storage SET claimed_until = 0")
      try await second.storeDue()
      #expect(try await fixture.liveChunks(of: execution) == 0)
      killed.cancel()
      _ = await killed.result
      #expect(try await fixture.bytes(of: execution, second.source) == live)
      #expect(try fixture.files() == ["demo/5.rdlog"])
    }
  }

  @Test(arguments: Engine.all)
  func `a member that stops gives its logs back at once`(on engine: Engine) async throws {
    try await StorageFixture.with(engine) { fixture in
      let (execution, live) = try await prepare(fixture)
      let backend = FaultyBackend(fixture.folder, [.hangs])
      let first = try fixture.service(backend)
      let stopped = Task { try await first.run() }
      for await _ in backend.hangs { break }
      stopped.cancel()
      _ = await stopped.result
      let second = try fixture.service()
      try await second.storeDue()
      #expect(try await fixture.bytes(of: execution, second.source) == live)
      #expect(try await fixture.liveChunks(of: execution) == 0)
      #expect(try fixture.files() == ["demo/5.rdlog"])
    }
  }

  @Test(arguments: Engine.all)
  func `two members over one store write every log once`(on engine: Engine) async throws {
    try await StorageFixture.with(engine) { fixture in
      var logs: [ExecutionID: [UInt8]] = [:]
      for number in 1...20 {
        let (execution, live) = try await prepare(fixture, Int64(number))
        logs[execution] = live
      }
      let services = [try fixture.service(), try fixture.service()]
      let running = services.map { service in Task { try await service.run() } }
      _ = try await eventually("all are stored") { () -> Bool? in
        try await services[0].counts().succeeded == 20 ? true : nil
      }
      for task in running { task.cancel() }
      for task in running { _ = await task.result }
      for (execution, live) in logs {
        #expect(try await fixture.bytes(of: execution, services[1].source) == live)
        let record = try await fixture.store.ask.logStorage.record(of: execution)
        #expect(record?.generation == 1)
      }
      #expect(try fixture.files().count == 20)
    }
  }

  @Test func `an object that was damaged later is not read as the log`() async throws {
    try await StorageFixture.with(.sqlite) { fixture in
      let (execution, _) = try await prepare(fixture)
      let service = try fixture.service()
      try await service.storeDue()
      let file = FileLogStorage(directory: fixture.folder)
      var bytes = try await file.read("demo/5.rdlog", 0..<10_000_000)
      bytes[bytes.count / 2] ^= 1
      let changed = Once(bytes)
      try await file.put("demo/5.rdlog", token: "x", facts: [:]) { await changed.take() }
      await #expect(throws: LogError.self) {
        _ = try await fixture.bytes(of: execution, service.source)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a running log is copied as it grows, and replaced when it has ended`(
    on engine: Engine
  ) async throws {
    try await StorageFixture.with(engine) { fixture in
      let execution = try await fixture.addExecution(5)
      var maker = FrameMaker(seed: 1)
      try await fixture.append(maker.frames(50), to: execution)
      let service = try fixture.service(
        nil,
        try fixture.settings {
          $0.checkpoints = .init()
          $0.checkpoints?.interval = .milliseconds(1)
        })
      try await service.storeDue()
      #expect(try fixture.files() == ["demo/5.rdlog"])
      let live = try await fixture.liveBytes(of: execution)
      let record = try #require(try await fixture.store.ask.logStorage.record(of: execution))
      #expect(record.state == .partial)
      #expect(record.copied == Int64(live.count))
      #expect(record.stored == nil)
      #expect(try await service.counts().incomplete == 0)
      try await fixture.append(maker.frames(50), to: execution)
      try await fixture.end(execution)
      let whole = try await fixture.liveBytes(of: execution)
      try await service.storeDue()
      #expect(try await fixture.bytes(of: execution, service.source) == whole)
      #expect(try await fixture.liveChunks(of: execution) == 0)
      #expect(try fixture.files() == ["demo/5.rdlog"])
    }
  }
}

/// Gives bytes once.
actor Once {
  private var bytes: [UInt8]?
  init(_ bytes: [UInt8]) { self.bytes = bytes }
  func take() -> [UInt8]? { bytes.take() }
}
