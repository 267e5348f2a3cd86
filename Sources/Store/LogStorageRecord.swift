import Database
public import Model

/// How far the storing of an execution's log has come.
public enum LogStorageState: String, Sendable, Hashable, CaseIterable {
  /// It was tried and is to be tried again.
  case pending
  /// Somebody writes it, or did when he died.
  case storing
  /// A copy of a running log was written.
  case partial
  /// The stored copy was read back and is the log.
  case verified
}

/// An object that holds a log and was verified.
public struct StoredLog: Sendable, Hashable {
  /// The name of the backend that has it.
  public var backend: String
  /// Its name there.
  public var path: String
  /// Which claim's segments describe it.
  public var claim: Int64
  public var isCompressed: Bool
  /// Bytes of the log that it holds, by the measure of the log's positions.
  public var size: Int64
  /// Log entries that it holds.
  public var lines: Int64
  /// When the last of them came, by the database's clock.
  public var lastModified: Instant?
  /// Bytes of the object.
  public var objectSize: Int64
  /// What proves the object: SHA-256 of the SHA-256s of its head, its segments and its tail.
  public var digest: [UInt8]
  /// The log's chain at its end; nil for a log that began before there were chains.
  public var chain: [UInt8]?

  public init(
    backend: String, path: String, claim: Int64, isCompressed: Bool, size: Int64, lines: Int64,
    lastModified: Instant?, objectSize: Int64, digest: [UInt8], chain: [UInt8]?
  ) {
    self.backend = backend
    self.path = path
    self.claim = claim
    self.isCompressed = isCompressed
    self.size = size
    self.lines = lines
    self.lastModified = lastModified
    self.objectSize = objectSize
    self.digest = digest
    self.chain = chain
  }

  init?(row: Row) throws(StoreError) {
    guard let backend = try row.optionalText("stored_backend"),
      let path = try row.optionalText("stored_path"),
      let claim = try row.optionalInt("stored_claim")
    else { return nil }
    self.init(
      backend: backend, path: path, claim: claim, isCompressed: try row.bool("is_compressed"),
      size: try row.int("size"), lines: try row.int("lines"),
      lastModified: try row.optionalInstant("last_modified"),
      objectSize: try row.optionalInt("object_size") ?? 0,
      digest: try row.optionalBlob("digest") ?? [], chain: try row.optionalBlob("chain"))
  }
}

/// What is known about the storing of one log.
public struct LogStorageRecord: Sendable, Hashable {
  public var id: Int64
  /// Nil when the execution is gone: what is stored is to be deleted.
  public var execution: ExecutionID?
  /// The backend that was written to last.
  public var backend: String
  public var state: LogStorageState
  /// What the last claim wrote or began to write.
  public var path: String
  /// The copy that readers read, if there is one.
  public var stored: StoredLog?
  /// How many copies were verified, one after the other.
  public var generation: Int64
  /// How often it was tried since the last success.
  public var attempts: Int64
  public var firstAttemptAt: Instant?
  public var nextAttemptAt: Instant
  public var claim: Int64
  public var claimedBy: String?
  public var claimedUntil: Instant
  /// Bytes of the log in the copy of a running log.
  public var copied: Int64
  /// Why the last attempt failed.
  public var error: String?

  init(row: Row) throws(StoreError) {
    id = try row.int("id")
    execution = try row.optionalInt("execution_id").map { ExecutionID($0) }
    backend = try row.text("backend")
    state = try row.value("state")
    path = try row.text("path")
    stored = try StoredLog(row: row)
    generation = try row.int("generation")
    attempts = try row.int("attempts")
    firstAttemptAt = try row.optionalInstant("first_attempt_at")
    nextAttemptAt = try row.instant("next_attempt_at")
    claim = try row.int("claim")
    claimedBy = try row.optionalText("claimed_by")
    claimedUntil = try row.instant("claimed_until")
    copied = try row.int("copied")
    error = try row.optionalText("error")
  }
}
