import Cluster
import Glibc
import HTTPClient
import LogStorage
import Logging
import Model
import Retention
import S3
import Spool
import Store
import TestSupport
import Testing

/// Clean-ups of executions whose logs are objects of a folder or a bucket: afterwards there are as many objects as logs.
@Suite struct StoredCleanupTests {
  enum Place: Sendable, CaseIterable { case file, s3 }

  /// A place of its own, what is in it, and a service that stores there.
  private struct Storage {
    let service: LogStorageService
    let folder: String
    let bucket: S3Client?

    init(_ place: Place, _ folder: String, _ store: Store, _ term: Term) async throws {
      self.folder = folder
      bucket = place == .s3 ? try await StoredCleanupTests.bucket() : nil
      var settings = LogStorageSettings(path: try ObjectPath("${job.project}/logs/"))
      settings.sweep = .milliseconds(20)
      settings.longestPause = .milliseconds(20)
      settings.checkpoints = nil
      let backend: any LogStorageBackend =
        bucket.map { S3LogStorage(client: $0) } ?? FileLogStorage(directory: folder)
      service = LogStorageService(
        store: store, terms: .fixed(term), active: backend, settings: settings,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// All objects, and for a folder all other files and folders too.
    func objects() async throws -> [String] {
      if let bucket { return try await bucket.list().objects.map(\.key) }
      return files(in: "")
    }

    private func files(in path: String) -> [String] {
      guard let stream = opendir("\(folder)/\(path)") else { return [path] }
      defer { closedir(stream) }
      var found: [String] = []
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name == "." || name == ".." { continue }
        found += files(in: path.isEmpty ? name : "\(path)/\(name)")
      }
      return found.isEmpty && !path.isEmpty ? [path] : found
    }
  }

  private static func bucket() async throws -> S3Client {
    let server = try await S3Server.shared()
    var direct = HTTPClientConfiguration()
    direct.proxy = .none
    return try S3Client(
      configuration: S3Configuration(
        bucket: try await server.createBucket(), endpoint: server.url, isPathStyle: true),
      credentials: FixedCredentials(
        S3Credentials(accessKey: "test", secretKey: "test", source: "the test")),
      http: HTTPClient(configuration: direct))
  }

  private static let midnight = Instant(microseconds: 20_000 * CleanupRoom.day)

  private static func day(_ offset: Int64) -> Instant {
    midnight.advanced(by: .seconds(offset * 86_400))
  }

  /// 30 old executions, 5 new ones and one that goes on, each with a log.
  private static func fill(_ room: CleanupRoom) async throws {
    for number in 1...36 as ClosedRange<Int64> {
      let ended: Instant? = number > 35 ? nil : day(number > 30 ? -1 : -9)
      try await room.store.ask.executions.insert(
        ExecutionDraft(
          id: ExecutionID(number), project: "p", jobID: JobID("j"), jobName: "job",
          definition: "{}", status: ended == nil ? .running : .succeeded, user: "ann",
          createdAt: Instant(microseconds: 1), startedAt: Instant(microseconds: 2),
          endedAt: ended))
      let frame = Frame(.stdout, time: 1, text: "line of \(number)\n")
      try await room.store.ask.logs.append(
        LogChunkDraft(data: frame.bytes, lines: 1), to: ExecutionID(number), step: "1", node: "n")
    }
  }

  private static func with(
    _ engine: Engine, _ place: Place,
    _ body: (CleanupRoom, Storage, Term) async throws -> Void
  ) async throws {
    let folder = try makeTemporaryFolder()
    defer { removeFolder(folder) }
    try await CleanupRoom.with(engine) { room in
      let term = try await room.join("a")
      try await room.project(
        "p", ["enabled": "true", "retention.days": "2", "retention.minimum": "0"])
      try await room.cleanup(term, at: midnight.advanced(by: .seconds(-3_600))).look()
      try await fill(room)
      let storage = try await Storage(place, folder, room.store, term)
      try await storage.service.storeDue()
      #expect(try await storage.objects().count == 35)
      try await body(room, storage, term)
    }
  }

  /// Rows about logs, and what they say is stored.
  private static func expectOnly(
    _ kept: ClosedRange<Int64>, _ room: CleanupRoom, _ storage: Storage
  ) async throws {
    #expect(try await storage.objects().sorted() == kept.map { "p/logs/\($0).rdlog" })
    let count = Int64(kept.count)
    #expect(try await room.count("execution") == count + 1)
    #expect(try await room.count("log_storage") == count)
    #expect(try await room.count("log_segment") == count)
    #expect(
      try await room.count(
        "log_segment", where: "storage_id NOT IN (SELECT id FROM log_storage)") == 0)
    #expect(try await room.count("log_chunk") == 1)
    #expect(try await room.count("log_head") == count + 1)
    #expect(try await room.orphans() == [:])
  }

  @Test(arguments: Engine.all, Place.allCases)
  func `what is old goes with its objects, and no object is orphaned`(
    on engine: Engine, in place: Place
  ) async throws {
    try await Self.with(engine, place) { room, storage, term in
      try await room.cleanup(term, at: Self.midnight, logs: storage.service).look()
      try await Self.expectOnly(31...35, room, storage)
    }
  }

  @Test(arguments: Engine.all)
  func `objects of a storage that is away are deleted when it is back`(
    on engine: Engine
  ) async throws {
    try await Self.with(engine, .file) { room, storage, term in
      let away = storage.folder + "-away"
      try #require(rename(storage.folder, away) == 0)
      try await room.cleanup(term, at: Self.midnight, logs: storage.service).look()
      #expect(try await room.count("execution") == 6)
      #expect(try await room.count("log_storage", where: "execution_id IS NULL") == 30)
      try #require(rename(away, storage.folder) == 0)
      #expect(try await storage.objects().count == 35)
      let running = Task { try await storage.service.run() }
      _ = try await eventually("the orphans are gone") { () -> Bool? in
        try await room.count("log_storage", where: "execution_id IS NULL") == 0 ? true : nil
      }
      running.cancel()
      _ = await running.result
      try await Self.expectOnly(31...35, room, storage)
    }
  }
}
