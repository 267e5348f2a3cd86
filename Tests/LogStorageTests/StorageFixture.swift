import Cluster
import Cryptography
import Database
import Glibc
import LogStorage
import Logging
import Logs
import Model
import Spool
import Store
import Synchronization
import TestSupport

/// A migrated store with one member and executions whose logs tests write.
struct StorageFixture: Sendable {
  static let term = Term(member: MemberID("11111111-1111-1111-1111-111111111111"), incarnation: 1)

  let store: Store
  let folder: String

  static func with(
    _ engine: Engine, _ body: (StorageFixture) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let folder = try makeTemporaryFolder()
      defer { removeFolder(folder) }
      let fixture = StorageFixture(store: Store(database), folder: folder)
      try await fixture.store.migrate()
      try await fixture.prepare()
      try await body(fixture)
    }
  }

  private func prepare() async throws {
    try await store.ask.run(
      "INSERT INTO project (name, description, created_at) VALUES ('demo', '', 1)")
    try await store.ask.run(
      """
      INSERT INTO member (uuid, name, url, version, hostname, incarnation, started_at, heartbeat_at)
      VALUES ($1, 'a', 'http://a', '1', 'a', 1, 1, 1)
      """, [.text(Self.term.member.text)])
  }

  /// A running execution.
  func addExecution(_ number: Int64, group: String? = nil) async throws -> ExecutionID {
    try await store.ask.run(
      """
      INSERT INTO execution (id, project, job_group, job_name, definition, status, username, options,
        log_level, epoch, created_at, started_at)
      VALUES (\(number), 'demo', $1, 'a job', '{}', 'running', 'admin', '{}', 'NORMAL', 1, 1, 1)
      """, [.text(group)])
    return ExecutionID(number)
  }

  func end(_ execution: ExecutionID) async throws {
    try await store.ask.run(
      "UPDATE execution SET status = 'succeeded', ended_at = 2 WHERE id = \(execution.number)")
  }

  /// Appends frames as one chunk.
  func append(
    _ frames: [Frame], to execution: ExecutionID, step: String? = "1", node: String? = "n1"
  ) async throws {
    let lines = frames.filter(\.kind.isOutput).reduce(0) { $0 + LogLines.count(in: $1.payload) }
    try await store.ask.logs.append(
      LogChunkDraft(data: frames.flatMap(\.bytes), lines: lines), to: execution, step: step,
      node: node)
  }

  func settings(_ change: (inout LogStorageSettings) -> Void = { _ in }) throws
    -> LogStorageSettings
  {
    var settings = LogStorageSettings(path: try ObjectPath("${job.project}/${job.execid}"))
    settings.retryPause = .milliseconds(10)
    settings.longestPause = .milliseconds(40)
    settings.poll = .milliseconds(20)
    settings.sweep = .milliseconds(20)
    settings.checkpoints = nil
    change(&settings)
    return settings
  }

  func service(
    _ backend: (any LogStorageBackend)? = nil, _ settings: LogStorageSettings? = nil
  ) throws -> LogStorageService {
    LogStorageService(
      store: store, terms: .fixed(Self.term), active: backend ?? FileLogStorage(directory: folder),
      settings: try settings ?? self.settings(),
      logger: Logger(label: "test") { _ in
        SwiftLogNoOpLogHandler()
      })
  }

  func reader(_ service: LogStorageService) -> LogReader {
    LogReader(store: store, stored: service.source)
  }

  /// Everything of the log, chunk after chunk, as it is read.
  func bytes(of execution: ExecutionID, _ source: any LogSource) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let chunks = try await source.chunks(
        of: execution, from: Int64(bytes.count), bytes: 1 << 20, selecting: .all)
      if chunks.isEmpty { return bytes }
      for chunk in chunks {
        guard chunk.position == Int64(bytes.count) else {
          throw NeverHappened(description: "a gap")
        }
        bytes += chunk.data
      }
    }
  }

  func liveBytes(of execution: ExecutionID) async throws -> [UInt8] {
    try await bytes(of: execution, LiveLogSource(store: store))
  }

  func liveChunks(of execution: ExecutionID) async throws -> Int64 {
    let rows = try await store.ask.run(
      "SELECT COUNT(*) AS count FROM log_chunk WHERE execution_id = \(execution.number)"
    ).rows
    return try rows.first?.int("count") ?? -1
  }

  /// Every file below the folder, hidden ones too, by its path in it.
  func files() throws -> [String] {
    var found: [String] = []
    var folders = [""]
    while let next = folders.popLast() {
      guard let stream = opendir("\(folder)/\(next)") else { continue }
      defer { closedir(stream) }
      while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name == "." || name == ".." { continue }
        let path = next.isEmpty ? name : "\(next)/\(name)"
        if entry.pointee.d_type == UInt8(DT_DIR) {
          folders.append(path)
        } else {
          found.append(path)
        }
      }
    }
    return found.sorted()
  }
}

/// Frames of many kinds, the same for the same seed.
struct FrameMaker {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 2 &+ 1 }

  mutating func number(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }

  private static let alphabet: [[UInt8]] =
    [
      "^", "\\", "\n", "|", "{", "}", "=", "a", "^END^\n", "^\n", "\\^\n", "\r\n",
      "2026-01-01T00:00:00Z||",
    ]
    .map { Array($0.utf8) } + [[0], [0xFF, 0xFE], [0xC3], Array("é🦊".utf8)]

  mutating func text() -> [UInt8] {
    (0..<number(30)).flatMap { _ in Self.alphabet[number(Self.alphabet.count)] }
  }

  mutating func frame() -> Frame {
    let time = Int64(number(2_000_000_000)) * 1_000 + Int64(number(1_000))
    let payload = text()[...]
    switch number(9) {
    case 0: return Frame(.stderr, time: time, payload: payload)
    case 1: return Frame(.notice, time: time, payload: payload)
    case 2: return Frame(.accepted, time: time, text: "boot")
    case 3:
      return Frame(
        .ended, time: -time,
        payload: EndedPayload(exitCode: 1, signal: 0, reason: .exited).bytes[...])
    case 4: return .server("hello ^ \\", level: .debug, time: time)
    case 5: return Frame(.stdout, flags: .continues, time: time, payload: payload)
    default: return Frame(.stdout, time: time, payload: payload)
    }
  }

  mutating func frames(_ count: Int) -> [Frame] { (0..<count).map { _ in frame() } }
}
