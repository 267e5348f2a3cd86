import HTTPClient
import LogStorage
import S3
import TestSupport

/// The kinds of places that logs are stored in.
enum ObjectPlace: String, Sendable, CaseIterable { case file, s3 }

/// A place of a test's own, and what is in it.
struct ObjectRoom: Sendable {
  let backend: any LogStorageBackend
  private let bucket: S3Client?
  private let fixture: StorageFixture

  init(_ place: ObjectPlace, _ fixture: StorageFixture) async throws {
    self.fixture = fixture
    switch place {
    case .file:
      bucket = nil
      backend = FileLogStorage(directory: fixture.folder)
    case .s3:
      let client = try await Self.bucket()
      bucket = client
      backend = S3LogStorage(client: client)
    }
  }

  private static func bucket() async throws -> S3Client {
    let server = try await S3Server.shared()
    var configuration = S3Configuration(
      bucket: try await server.createBucket(), endpoint: server.url, isPathStyle: true)
    configuration.partPause = .milliseconds(1)
    var direct = HTTPClientConfiguration()
    direct.proxy = .none
    return try S3Client(
      configuration: configuration,
      credentials: FixedCredentials(
        S3Credentials(accessKey: "test", secretKey: "test", source: "the test")),
      http: HTTPClient(configuration: direct))
  }

  /// Every object, and for a folder every other file too.
  func keys() async throws -> [String] {
    guard let bucket else { return try fixture.files() }
    return try await bucket.list(prefix: "").objects.map(\.key).sorted()
  }

  /// How many writes were begun and neither ended nor given up.
  func unfinished() async throws -> Int {
    guard let bucket else { return try fixture.files().count { $0.hasSuffix(".part") } }
    return try await bucket.uploads().count
  }

  /// Puts the object's first bytes in its place.
  func cut(_ key: String, to count: Int64) async throws {
    let bytes = Once(try await backend.read(key, 0..<count))
    try await backend.put(key, token: "cut", facts: [:]) { await bytes.take() }
  }
}

/// A backend that stops for ever within a write, behind so many pieces: as if its process were killed there.
struct KilledBackend: LogStorageBackend {
  let real: any LogStorageBackend
  let pieces: Int
  let stopped: AsyncStream<Void>.Continuation

  var name: String { real.name }

  func put(
    _ key: String, token: String, facts: [String: String],
    next: @escaping @Sendable () async throws -> [UInt8]?
  ) async throws {
    let given = Count()
    try await real.put(key, token: token, facts: facts) {
      if await given.next() > pieces {
        stopped.yield()
        try await Task.sleep(for: .seconds(3_600))
      }
      return try await next()
    }
  }

  func read(_ key: String, _ range: Range<Int64>) async throws -> [UInt8] {
    try await real.read(key, range)
  }
  func size(of key: String) async throws -> Int64? { try await real.size(of: key) }
  func delete(_ key: String) async throws { try await real.delete(key) }
  func cleanUp(_ key: String) async throws { try await real.cleanUp(key) }

  private actor Count {
    private var count = 0
    func next() -> Int {
      count += 1
      return count
    }
  }
}
