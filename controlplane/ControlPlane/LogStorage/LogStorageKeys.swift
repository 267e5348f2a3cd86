import Daemon
import LogStorage

/// Where ended logs are kept: Rundeck's keys where Rundeck has them.
///
/// The names that Rundeck's container image has for its variables are read too (`RUNDECK_PLUGIN_EXECUTIONFILESTORAGE_…`).
enum LogStorageKeys {
  static let all: [any DescribedKey] = choice + s3 + checkpoints

  private static let choice: [any DescribedKey] =
    [
      plugin, localFiles, storage, directory, path, compression, compressionLevel, retryCount,
      retryDelay, storageTasks,
    ] + unused
  private static let s3: [any DescribedKey] = [
    bucket, s3Path, region, endpoint, pathStyle, encodesMetadata, accessKey, secretKey,
    credentialsFile,
  ]
  private static let checkpoints: [any DescribedKey] = [
    checkpointInterval, checkpointMinimum, checkpointSize, checkpointIncrement,
  ]

  static let plugin = ConfigurationKey(
    "rundeck.execution.logs.fileStoragePlugin",
    aliases: ["rundeck.plugin.executionfilestorage.name"], optional: .nonEmptyText,
    """
    Where the logs of ended executions are kept: org.rundeck.amazon-s3 (or s3), file, or db. Without it: in \
    the database.
    """)

  static let localFiles = ConfigurationKey(
    "rundeck.execution.logs.localFileStorageEnabled", .bool, default: true,
    "Accepted for Rundeck's sake and without effect: no log is written to a member's own files.")

  static let storage = ConfigurationKey(
    "quarterdeck.logs.storage", optional: .nonEmptyText,
    "db, file or s3: the same as rundeck.execution.logs.fileStoragePlugin, and before it.")

  static let directory = ConfigurationKey(
    "quarterdeck.logs.directory", aliases: ["framework.logs.dir"], optional: .path,
    "The directory of the storage file. It must exist and all members must share it.")

  static let path = ConfigurationKey(
    "quarterdeck.logs.path", optional: .nonEmptyText,
    "How the files of the storage file are called below the directory; without it as in S3.")

  static let compression = ConfigurationKey(
    "quarterdeck.logs.compression", .oneOf, default: LogCompression.none,
    "none keeps logs as Rundeck reads them; zstd compresses them, for zstd -d to read.")

  static let compressionLevel = ConfigurationKey(
    "quarterdeck.logs.compression.level", .int(1...19), default: 3,
    "How hard logs are compressed.")

  static let retryCount = ConfigurationKey(
    "rundeck.execution.logs.fileStorage.storageRetryCount", .int(1...1_000_000), default: 1,
    "After how many attempts a log counts as failed. It is tried on until it is stored.")

  static let retryDelay = ConfigurationKey(
    "rundeck.execution.logs.fileStorage.storageRetryDelay",
    .duration(in: .seconds, .milliseconds(10) ... .seconds(86_400)), default: .seconds(60),
    """
    The pause after a failed attempt; it doubles each time, up to ten minutes. A plain number is seconds.
    """)

  static let storageTasks = ConfigurationKey(
    "rundeck.execution.logs.fileStorage.storageTasks.concurrencyLimit", .int(1...100), default: 10,
    "How many logs this member writes at once.")

  /// Keys of Rundeck's for what does not exist here: copies are not fetched to members before they are read.
  private static let unused: [any DescribedKey] = [
    "retrievalRetryCount", "retrievalRetryDelay", "remotePendingDelay",
    "retrievalTasks.concurrencyLimit", "scheduledTasks.poolSize",
  ].map { name in
    ConfigurationKey(
      "rundeck.execution.logs.fileStorage.\(name)", optional: .nonEmptyText,
      "Accepted for Rundeck's sake and without effect: stored logs are read where they are.")
  }
}

// MARK: S3.

extension LogStorageKeys {
  static let bucket = text("bucket", "The bucket.")
  static let s3Path = text(
    "path", "How objects are called; .rdlog is put behind. See the administrator's guide.")
  static let region = text("region", "The bucket's region. us-east-1 without it.")
  static let endpoint = text("endpoint", "The URL of a server that is not Amazon's.")
  static let pathStyle = s3("pathStyle", .bool, false, "Whether the bucket is in the URL's path.")
  static let encodesMetadata = s3(
    "encodeUserMetadata", .bool, false, "Whether objects' metadata is percent-encoded.")
  static let accessKey = text("AWSAccessKeyId", "The access key, together with the secret key.")
  static let secretKey = ConfigurationKey(
    name("AWSSecretKey"), aliases: aliases("AWSSecretKey"), optional: .secret,
    "The secret key, together with the access key.")
  static let credentialsFile = text(
    "AWSCredentialsFile", "A properties file with accessKey and secretKey.")

  private static func name(_ property: String) -> String {
    "framework.plugin.ExecutionFileStorage.org.rundeck.amazon-s3.\(property)"
  }

  private static func aliases(_ property: String) -> [String] {
    [
      "framework.plugin.ExecutionFileStorage.com.rundeck.rundeckpro.amazon-s3.\(property)",
      "rundeck.plugin.executionfilestorage.s3.\(property.lowercased())",
    ]
  }

  private static func text(
    _ property: String, _ documentation: String
  ) -> ConfigurationKey<String?> {
    ConfigurationKey(
      name(property), aliases: aliases(property), optional: .nonEmptyText, documentation)
  }

  private static func s3<Value>(
    _ property: String, _ form: ValueForm<Value>, _ value: Value, _ documentation: String
  ) -> ConfigurationKey<Value> {
    ConfigurationKey(
      name(property), aliases: aliases(property), form, default: value, documentation)
  }
}

// MARK: Copies of running logs.

extension LogStorageKeys {
  static let checkpointInterval = ConfigurationKey(
    "rundeck.execution.logs.fileStorage.checkpoint.time.interval",
    .duration(in: .seconds, .seconds(1) ... .seconds(86_400)), default: .seconds(30),
    "The pause between two copies of a running log; a plain number is seconds.")

  static let checkpointMinimum = ConfigurationKey(
    "rundeck.execution.logs.fileStorage.checkpoint.time.minimum",
    .duration(in: .seconds, .zero ... .seconds(31_536_000)), default: .seconds(30),
    "How long an execution runs before its log is copied first; a plain number is seconds.")

  static let checkpointSize = ConfigurationKey(
    "rundeck.execution.logs.fileStorage.checkpoint.fileSize.minimum", size, default: 0,
    "How large a running log is before it is copied first, such as 512k or 10mb.")

  static let checkpointIncrement = ConfigurationKey(
    "rundeck.execution.logs.fileStorage.checkpoint.fileSize.increment", size, default: 0,
    "By how much a running log grows before it is copied again, such as 512k or 10mb.")

  private static let size = ValueForm<Int64>(
    allowed: "a size: a whole number of bytes, or with k, m, g or t (and b behind it)",
    parse: { text in
      var rest = text.lowercased()
      if rest.hasSuffix("b") { rest.removeLast() }
      var factor: Int64 = 1
      for (unit, bytes) in [("k", 10), ("m", 20), ("g", 30), ("t", 40)] where rest.hasSuffix(unit) {
        rest.removeLast()
        factor = 1 << Int64(bytes)
        break
      }
      guard let number = Int64(rest), number >= 0 else { return nil }
      let (size, isTooLarge) = number.multipliedReportingOverflow(by: factor)
      return isTooLarge ? nil : size
    }, format: { String($0) })
}

/// How stored logs are compressed.
enum LogCompression: String, Sendable, CaseIterable {
  case none
  case zstd
}
