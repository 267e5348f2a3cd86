import Daemon
import HTTPClient
import LogStorage
import Logging
import S3

/// What the configuration says about stored logs, checked.
struct LogStorageConfiguration: Sendable {
  /// Where logs are written to.
  enum Kind: String, Sendable, CaseIterable { case db, file, s3 }

  let kind: Kind
  let settings: LogStorageSettings
  let directory: String?
  let bucket: S3Configuration?
  private let configuration: EffectiveConfiguration

  /// Throws `ConfigurationError`: an unknown storage, one without what it needs, a path that is none.
  init(_ configuration: EffectiveConfiguration) throws {
    self.configuration = configuration
    kind = try Self.kind(configuration)
    directory = configuration[LogStorageKeys.directory]
    bucket = Self.bucket(configuration)
    settings = try Self.settings(configuration, kind)
    if kind == .file && directory == nil {
      throw ConfigurationError(
        key: LogStorageKeys.directory.name, reason: "must be given for the storage file")
    }
    if kind == .s3 && bucket == nil {
      throw ConfigurationError(
        key: LogStorageKeys.bucket.name, reason: "must be given for the storage s3")
    }
    let keys = (
      configuration[LogStorageKeys.accessKey], configuration[LogStorageKeys.secretKey]
    )
    if (keys.0 == nil) != (keys.1 == nil) {
      throw ConfigurationError(
        key: LogStorageKeys.accessKey.name, reason: "goes together with AWSSecretKey")
    }
  }

  /// The backend that logs are written to, if there is one, and those that may have some all the same.
  func backends(
    logger: Logger
  ) throws -> (active: (any LogStorageBackend)?, former: [any LogStorageBackend]) {
    var backends: [Kind: any LogStorageBackend] = [:]
    if let directory { backends[.file] = FileLogStorage(directory: directory) }
    if let bucket { backends[.s3] = try s3(bucket, logger) }
    let active = backends.removeValue(forKey: kind)
    return (active, Array(backends.values))
  }

  private func s3(_ bucket: S3Configuration, _ logger: Logger) throws -> S3LogStorage {
    let http = HTTPClient()
    let environment = ProcessEnvironment.current
    let chain = try CredentialsChain(
      accessKey: configuration[LogStorageKeys.accessKey],
      secretKey: configuration[LogStorageKeys.secretKey],
      credentialsFile: configuration[LogStorageKeys.credentialsFile], region: bucket.region,
      environment: environment, home: environment["HOME"], http: http
    ) { logger.info("The log storage uses \($0)") }
    return S3LogStorage(
      client: try S3Client(configuration: bucket, credentials: chain, http: http),
      encodesFacts: configuration[LogStorageKeys.encodesMetadata])
  }

  private static func kind(_ configuration: EffectiveConfiguration) throws -> Kind {
    let key =
      configuration[LogStorageKeys.storage] != nil ? LogStorageKeys.storage : LogStorageKeys.plugin
    guard let text = configuration[key] else { return .db }
    switch text {
    case "org.rundeck.amazon-s3", "com.rundeck.rundeckpro.amazon-s3": return .s3
    case let text:
      if let kind = Kind(rawValue: text) { return kind }
      throw ConfigurationError(
        key: key.name, value: text,
        reason: "is not allowed; allowed: db, file, s3, org.rundeck.amazon-s3")
    }
  }

  private static func bucket(_ configuration: EffectiveConfiguration) -> S3Configuration? {
    configuration[LogStorageKeys.bucket].map {
      S3Configuration(
        bucket: $0, region: configuration[LogStorageKeys.region] ?? "us-east-1",
        endpoint: configuration[LogStorageKeys.endpoint],
        isPathStyle: configuration[LogStorageKeys.pathStyle])
    }
  }

  private static func settings(
    _ configuration: EffectiveConfiguration, _ kind: Kind
  ) throws -> LogStorageSettings {
    var settings = LogStorageSettings(path: try path(configuration, kind))
    if configuration[LogStorageKeys.compression] == .zstd {
      settings.compressionLevel = configuration[LogStorageKeys.compressionLevel]
    }
    settings.expectedAttempts = configuration[LogStorageKeys.retryCount]
    settings.retryPause = configuration[LogStorageKeys.retryDelay]
    settings.atOnce = configuration[LogStorageKeys.storageTasks]
    var checkpoints = LogStorageSettings.Checkpoints()
    checkpoints.interval = configuration[LogStorageKeys.checkpointInterval]
    checkpoints.minimum = configuration[LogStorageKeys.checkpointMinimum]
    checkpoints.minimumSize = configuration[LogStorageKeys.checkpointSize]
    checkpoints.increment = configuration[LogStorageKeys.checkpointIncrement]
    settings.checkpoints = checkpoints
    return settings
  }

  private static func path(
    _ configuration: EffectiveConfiguration, _ kind: Kind
  ) throws -> ObjectPath {
    let key = kind == .file ? LogStorageKeys.path : LogStorageKeys.s3Path
    let text = configuration[key] ?? ObjectPath.documentedDefault
    do throws(ObjectPath.Problem) {
      return try ObjectPath(text)
    } catch {
      throw ConfigurationError(key: key.name, value: text, reason: error.description)
    }
  }
}
