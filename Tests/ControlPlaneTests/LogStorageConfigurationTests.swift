import LogStorage
import Logging
import S3
import Testing

@testable import ControlPlane
@testable import Daemon

/// What each key of the log storage means, which values are taken, and what is said of others.
@Suite struct LogStorageConfigurationTests {
  private static let plugin = "rundeck.execution.logs.fileStoragePlugin"
  private static let s3 = "framework.plugin.ExecutionFileStorage.org.rundeck.amazon-s3."
  private static let keys = "rundeck.execution.logs.fileStorage."

  private static func read(
    _ text: String, environment: [String: String] = [:]
  ) throws -> LogStorageConfiguration {
    let configuration = try ControlPlaneKeys.schema.resolve(
      PropertiesDocument(text), file: "f.properties", environment: environment)
    return try LogStorageConfiguration(configuration)
  }

  struct Meaning: Sendable, CustomTestStringConvertible {
    let text: String
    let holds: @Sendable (LogStorageConfiguration) throws -> Bool
    var testDescription: String { text.replacing("\n", with: " · ") }

    init(_ text: String, _ holds: @escaping @Sendable (LogStorageConfiguration) throws -> Bool) {
      self.text = text
      self.holds = holds
    }
  }

  private static let places: [Meaning] = [
    Meaning("") { $0.kind == .db && $0.directory == nil && $0.bucket == nil },
    Meaning("\(plugin)=db") { $0.kind == .db },
    Meaning("\(plugin)=file\nquarterdeck.logs.directory=/logs") {
      $0.kind == .file && $0.directory == "/logs"
    },
    Meaning("\(plugin)=file\nframework.logs.dir=/logs") { $0.directory == "/logs" },
    Meaning("\(plugin)=org.rundeck.amazon-s3\n\(s3)bucket=b") {
      $0.kind == .s3 && $0.bucket?.bucket == "b" && $0.bucket?.region == "us-east-1"
        && $0.bucket?.endpoint == nil && $0.bucket?.isPathStyle == false
    },
    Meaning(
      "\(plugin)=s3\n\(s3)bucket=b\n\(s3)region=eu-1\n\(s3)endpoint=http://h:9\n\(s3)pathStyle=true"
    ) {
      $0.bucket?.region == "eu-1" && $0.bucket?.endpoint == "http://h:9"
        && $0.bucket?.isPathStyle == true
    },
    Meaning(
      """
      \(plugin)=com.rundeck.rundeckpro.amazon-s3
      framework.plugin.ExecutionFileStorage.com.rundeck.rundeckpro.amazon-s3.bucket=b
      """
    ) { $0.kind == .s3 && $0.bucket?.bucket == "b" },
    // Our own key comes before Rundeck's; what was in use before stays known.
    Meaning("\(plugin)=s3\nquarterdeck.logs.storage=db\n\(s3)bucket=b") {
      $0.kind == .db && $0.bucket?.bucket == "b"
    },
  ]

  private static let settings: [Meaning] = [
    Meaning("") {
      let settings = $0.settings
      let defaultPath = try ObjectPath(ObjectPath.documentedDefault)
      return settings.compressionLevel == nil && settings.expectedAttempts == 1
        && settings.retryPause == .seconds(60) && settings.atOnce == 10
        && settings.checkpoints == .init()
        && settings.path == defaultPath
    },
    Meaning("quarterdeck.logs.compression=zstd") { $0.settings.compressionLevel == 3 },
    Meaning("quarterdeck.logs.compression=zstd\nquarterdeck.logs.compression.level=9") {
      $0.settings.compressionLevel == 9
    },
    Meaning("quarterdeck.logs.compression.level=9") { $0.settings.compressionLevel == nil },
    Meaning("\(keys)storageRetryCount=7") { $0.settings.expectedAttempts == 7 },
    Meaning("\(keys)storageRetryDelay=5") { $0.settings.retryPause == .seconds(5) },
    Meaning("\(keys)storageTasks.concurrencyLimit=3") { $0.settings.atOnce == 3 },
    Meaning("\(keys)checkpoint.time.interval=7") {
      $0.settings.checkpoints?.interval == .seconds(7)
    },
    Meaning("\(keys)checkpoint.time.minimum=0") { $0.settings.checkpoints?.minimum == .zero },
    Meaning("\(keys)checkpoint.fileSize.minimum=512k") {
      $0.settings.checkpoints?.minimumSize == 512 << 10
    },
    Meaning("\(keys)checkpoint.fileSize.increment=10mb") {
      $0.settings.checkpoints?.increment == 10 << 20
    },
    Meaning("\(s3)path=logs/${job.project}/${job.execid}\n\(plugin)=s3\n\(s3)bucket=b") {
      $0.settings.path == (try ObjectPath("logs/${job.project}/${job.execid}"))
    },
    Meaning("quarterdeck.logs.path=all/\n\(plugin)=file\nquarterdeck.logs.directory=/logs") {
      $0.settings.path == (try ObjectPath("all/"))
    },
    // Of Rundeck's, and without effect.
    Meaning("rundeck.execution.logs.localFileStorageEnabled=false\n\(keys)retrievalRetryCount=9") {
      $0.kind == .db
    },
  ]

  @Test(arguments: places + settings) func `each key means what is documented`(
    meaning: Meaning
  ) throws {
    #expect(try meaning.holds(Self.read(meaning.text)))
  }

  @Test func `the variables of Rundeck's container image are read`() throws {
    let stem = "RUNDECK_PLUGIN_EXECUTIONFILESTORAGE_"
    let configuration = try Self.read(
      "",
      environment: [
        "\(stem)NAME": "org.rundeck.amazon-s3", "\(stem)S3_BUCKET": "b", "\(stem)S3_REGION": "eu-1",
        "\(stem)S3_PATHSTYLE": "true",
      ])
    #expect(configuration.kind == .s3 && configuration.bucket?.bucket == "b")
    #expect(configuration.bucket?.region == "eu-1" && configuration.bucket?.isPathStyle == true)
  }

  /// A configuration that is refused, and what its message names.
  private static let refused: [(text: String, named: [String])] = [
    ("\(plugin)=tape", [plugin, "tape", "db, file, s3"]),
    ("quarterdeck.logs.storage=tape", ["quarterdeck.logs.storage", "tape"]),
    ("\(plugin)=file", ["quarterdeck.logs.directory"]),
    ("\(plugin)=s3", ["\(s3)bucket"]),
    ("\(plugin)=s3\n\(s3)bucket=b\n\(s3)AWSAccessKeyId=a", ["AWSAccessKeyId", "AWSSecretKey"]),
    ("\(plugin)=s3\n\(s3)bucket=b\n\(s3)AWSSecretKey=hush", ["AWSAccessKeyId", "AWSSecretKey"]),
    ("\(plugin)=s3\n\(s3)bucket=b\n\(s3)path=logs/all", ["\(s3)path", "logs/all", "job.execid"]),
    ("\(plugin)=s3\n\(s3)bucket=b\n\(s3)path=${job.nope}/", ["\(s3)path", "${job.nope}"]),
    ("\(s3)pathStyle=perhaps", ["\(s3)pathStyle", "perhaps"]),
    ("quarterdeck.logs.compression=rar", ["quarterdeck.logs.compression", "rar", "zstd"]),
    ("quarterdeck.logs.compression.level=20", ["quarterdeck.logs.compression.level", "20", "19"]),
    ("\(keys)storageRetryCount=0", ["\(keys)storageRetryCount", "0"]),
    ("\(keys)storageRetryDelay=0", ["\(keys)storageRetryDelay", "0"]),
    ("\(keys)storageTasks.concurrencyLimit=101", ["\(keys)storageTasks.concurrencyLimit", "101"]),
    ("\(keys)checkpoint.time.interval=0", ["\(keys)checkpoint.time.interval", "0"]),
    ("\(keys)checkpoint.fileSize.minimum=-1", ["\(keys)checkpoint.fileSize.minimum", "-1"]),
    (
      "\(keys)checkpoint.fileSize.increment=9999999t",
      ["\(keys)checkpoint.fileSize.increment", "9999999t"]
    ),
  ]

  @Test(arguments: refused) func `what cannot be right is refused by its key`(
    text: String, named: [String]
  ) throws {
    let error = try #require(#expect(throws: (any Error).self) { _ = try Self.read(text) })
    for word in named { #expect("\(error)".contains(word), "\(error)") }
    #expect(!"\(error)".contains("hush"))
  }

  @Test func `a place that was in use before is read on, and one alone is written to`() throws {
    let configuration = try Self.read(
      "\(Self.plugin)=s3\n\(Self.s3)bucket=logs\nquarterdeck.logs.directory=/logs")
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let (active, former) = try configuration.backends(logger: logger)
    #expect(active?.name == "s3" && former.map(\.name) == ["file"])
  }
}
