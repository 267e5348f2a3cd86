import Cluster
import HTTPTypes
import LogStorage
import Logging
import Model
import Spool
import Store
import Synchronization
import Testing

@testable import API

@Suite struct LogStorageRouteTests {
  /// Takes no object until it is told to.
  private final class Place: LogStorageBackend {
    let name = "file"
    private let state = Mutex<(isAway: Bool, objects: [String: [UInt8]])>((true, [:]))

    func comeBack() { state.withLock { $0.isAway = false } }

    func put(
      _ key: String, token: String, facts: [String: String],
      next: @escaping @Sendable () async throws -> [UInt8]?
    ) async throws {
      if state.withLock({ $0.isAway }) { throw LogStorageError(.unavailable, "nobody is there") }
      var bytes: [UInt8] = []
      while let piece = try await next() { bytes += piece }
      state.withLock { $0.objects[key] = bytes }
    }

    func read(_ key: String, _ range: Range<Int64>) async throws -> [UInt8] {
      let object = state.withLock { $0.objects[key] } ?? []
      return Array(object[Int(range.lowerBound)..<min(Int(range.upperBound), object.count)])
    }

    func size(of key: String) async throws -> Int64? {
      state.withLock { $0.objects[key].map { Int64($0.count) } }
    }

    func delete(_ key: String) async throws { state.withLock { $0.objects[key] = nil } }
    func cleanUp(_ key: String) async throws {}
  }

  private static let term = Term(
    member: MemberID("11111111-1111-1111-1111-111111111111"), incarnation: 1)

  /// An API with a storage, the log of one execution that goes on and those of `count` that have ended.
  private static func with(
    _ count: Int64, _ body: @Sendable (APIFixture, Place, LogStorageService) async throws -> Void
  ) async throws {
    let place = Place()
    let service = Mutex<LogStorageService?>(nil)
    try await APIFixture.with(logStorage: { store in
      var settings = LogStorageSettings(path: try ObjectPath("logs/"))
      settings.checkpoints = nil
      let made = LogStorageService(
        store: store, terms: .fixed(term), active: place, settings: settings,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      service.withLock { $0 = made }
      return made
    }) { api in
      try await api.store.ask.run(
        """
        INSERT INTO member (uuid, name, url, version, hostname, incarnation, started_at, heartbeat_at)
        VALUES ($1, 'a', 'http://a', '1', 'a', 1, 1, 1)
        """, [.text(term.member.text)])
      try await api.makeProject()
      for number in 1...count + 1 {
        _ = try await api.post("/project/P/run/command?exec=a")
        try await api.print(["hello"], to: number)
        if number <= count { try await api.executions.end(ExecutionID(number), .succeeded) }
      }
      try await body(api, place, service.withLock { $0! })
    }
  }

  @Test
  func `without a storage nothing is counted, nothing is incomplete, and resuming is no error`()
    async throws
  {
    try await APIFixture.with { api in
      #expect(
        try await api.get("/system/logstorage").json == [
          "enabled": false, "failedCount": 0, "incompleteCount": 0, "missingCount": 0,
          "pluginName": .null, "queuedCount": 0, "succeededCount": 0, "totalCount": 0,
        ])
      let incomplete = try await api.get("/system/logstorage/incomplete")
      #expect(incomplete.json == ["executions": [], "max": 20, "offset": 0, "total": 0])
      let resumed = try await api.post("/system/logstorage/incomplete/resume")
      #expect(resumed.status == 200 && resumed.json == ["resumed": true])
    }
  }

  @Test func `logs are missing, then incomplete with their error, and stored after resuming`()
    async throws
  {
    try await Self.with(2) { api, place, service in
      let untried = try await api.get("/system/logstorage").json
      #expect(untried["enabled"] == true && untried["pluginName"] == "file")
      #expect(untried["missingCount"] == 2 && untried["totalCount"] == 0)
      try await service.storeDue()
      let failed = try await api.get("/system/logstorage").json
      #expect(failed["failedCount"] == 2 && failed["incompleteCount"] == 2)
      #expect(failed["succeededCount"] == 0 && failed["missingCount"] == 0)
      let incomplete = try await api.get("/system/logstorage/incomplete").json
      let first = try #require(incomplete["executions"]?.elements?.first)
      #expect(first["id"] == 1 && first["project"] == "P")
      #expect(first["href"] == "http://localhost:4440/api/59/execution/1")
      #expect(first["permalink"] == "http://localhost:4440/project/P/execution/show/1")
      #expect(first["errors"] == ["unavailable: nobody is there"])
      let storage = try #require(first["storage"])
      #expect(storage["failed"] == true && storage["queued"] == false)
      #expect(storage["localFilesPresent"] == true && storage["incompleteFiletypes"] == "rdlog")
      #expect(storage["date"]?.scalar?.hasSuffix("Z") == true)
      place.comeBack()
      // Its pause is a minute: nothing is due until somebody says so.
      try await service.storeDue()
      #expect(try await api.get("/system/logstorage").json["succeededCount"] == 0)
      #expect(try await api.post("/system/logstorage/incomplete/resume").status == 200)
      try await service.storeDue()
      let stored = try await api.get("/system/logstorage").json
      #expect(stored["succeededCount"] == 2 && stored["incompleteCount"] == 0)
      let text = try await api.get("/execution/2/output.text")
      #expect(text.text == "hello\n")
    }
  }

  @Test func `incomplete logs come in pages`() async throws {
    try await Self.with(5) { api, _, service in
      try await service.storeDue()
      var seen: [String] = []
      for offset in [0, 2, 4, 6] {
        let page = try await api.get("/system/logstorage/incomplete?offset=\(offset)&max=2").json
        #expect(page["total"] == 5 && page["max"] == 2 && page["offset"] == .integer(Int64(offset)))
        seen += page["executions"]?.elements?.compactMap { $0["id"]?.scalar } ?? []
      }
      #expect(seen == ["1", "2", "3", "4", "5"])
      for query in ["max=x", "offset=-1", "max=-2"] {
        let answer = try await api.get("/system/logstorage/incomplete?\(query)")
        #expect(answer.status == 400, "\(query)")
      }
    }
  }

  @Test(arguments: ["/system/logstorage", "/system/logstorage/incomplete"])
  func `who is not known learns nothing of the storage`(path: String) async throws {
    try await APIFixture.with { api in
      let asked = try await api.send(.get, path, authenticated: false)
      #expect(asked.status == 403)
      let resumed = try await api.send(
        .post, "/system/logstorage/incomplete/resume", authenticated: false)
      #expect(resumed.status == 403)
    }
  }
}
