// swift-tools-version: 6.2
import PackageDescription

// The house: which rooms there are and which way their doors open. `scripts/target-graph.txt` is the
// allow-list that `make check` compares this file with.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A library that both daemons may use.
func shared(_ name: String, _ uses: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: uses, path: "Sources/\(name)", swiftSettings: strict)
}

/// A module map over a library of the operating system.
func system(_ name: String, _ pkgConfig: String?, apt: [String]) -> Target {
  .systemLibrary(name: name, path: "Sources/\(name)", pkgConfig: pkgConfig, providers: [.apt(apt)])
}

/// A room of the agent; it must not see anything below `controlplane/`.
func agent(_ name: String, _ uses: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: uses, path: "agent/\(name)", swiftSettings: strict)
}

/// A room of the control plane; it must not see anything below `agent/`.
func controlPlane(_ name: String, _ uses: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: uses, path: "controlplane/\(name)", swiftSettings: strict)
}

func tests(_ name: String, _ uses: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(
    name: name, dependencies: uses, path: "Tests/\(name)", resources: resources,
    swiftSettings: strict)
}

extension Target.Dependency {
  static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
  static let configuration = product(name: "Configuration", package: "swift-configuration")
  static let grdb = product(name: "GRDB", package: "GRDB.swift")
  static let grdbSQLite = product(name: "GRDBSQLite", package: "GRDB.swift")
  static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
  static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
  static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
  static let hummingbirdTesting = product(name: "HummingbirdTesting", package: "hummingbird")
  static let hummingbirdTLS = product(name: "HummingbirdTLS", package: "hummingbird")
  static let logging = product(name: "Logging", package: "swift-log")
  static let metrics = product(name: "Metrics", package: "swift-metrics")
  static let nioCore = product(name: "NIOCore", package: "swift-nio")
  static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
  static let serviceLifecycle = product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
  static let systemPackage = product(name: "SystemPackage", package: "swift-system")
  static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
  static let yams = product(name: "Yams", package: "Yams")
}

let package = Package(
  name: "quarterdeck",
  products: [
    .executable(name: "quarterdeck-controlplane", targets: ["quarterdeck-controlplane"]),
    .executable(name: "quarterdeck-jq", targets: ["quarterdeck-jq"]),
    .executable(name: "quarterdeck-agent", targets: ["quarterdeck-agent"]),
    .executable(name: "quarterdeck-supervisor", targets: ["quarterdeck-supervisor"]),
    .library(name: "ClockShim", type: .dynamic, targets: ["ClockShim"]),
  ],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // System libraries.
    system("CLibPQ", "libpq", apt: ["libpq-dev"]),
    system("CCurl", "libcurl", apt: ["libcurl4-openssl-dev"]),
    system("COpenSSL", "openssl", apt: ["libssl-dev"]),
    system("CSystemd", "libsystemd", apt: ["libsystemd-dev"]),
    system("CLibXML2", "libxml-2.0", apt: ["libxml2-dev"]),
    system("CLinux", nil, apt: ["libc6-dev"]),
    system("CCrypt", "libxcrypt", apt: ["libcrypt-dev"]),
    system("CPCRE2", "libpcre2-8", apt: ["libpcre2-dev"]),
    system("CJQ", nil, apt: ["libjq-dev"]),
    system("CZstd", "libzstd", apt: ["libzstd-dev"]),
    system("CCMark", "libcmark", apt: ["libcmark-dev"]),
    system("CZlib", "zlib", apt: ["zlib1g-dev"]),

    // Shared rooms.
    shared("Model"),
    shared("Pattern", ["CPCRE2"]),
    shared("JobFormat", ["Model", "Pattern", "CLibXML2", .yams]),
    shared("ScriptPlugin", ["Model", "JobFormat", "CZlib"]),
    shared("NodeFilter", ["Model", "Pattern"]),
    shared("Schedule", ["Model"]),
    shared("Spool"),
    shared("Wire", ["Model", "Spool"]),
    shared("Database"),
    shared("Postgres", ["Database", "CLibPQ", .logging]),
    shared("SQLite", ["Database", "Cryptography", .grdb, .grdbSQLite]),
    shared("Store", ["Model", "Database", "Cryptography"]),
    shared("HTTPClient", ["CCurl"]),
    shared("S3", ["HTTPClient", "CLibXML2", "Cryptography"]),
    shared("Mail", ["Model", "CCurl"]),
    shared("Masking"),
    shared("Compression", ["CZstd"]),
    shared("Cryptography", ["COpenSSL"]),
    shared("ServiceManager", ["CSystemd"]),
    shared(
      "Daemon",
      [
        "Model", "ServiceManager", "CLinux", .serviceLifecycle, .unixSignals, .logging,
        .configuration, .systemPackage,
      ]),

    // The agent.
    agent("StepSupervisor", ["Spool", "Masking", "CLinux"]),
    agent(
      "Agent",
      [
        "Model", "Wire", "Spool", "StepSupervisor", "HTTPClient", "ServiceManager", "Daemon",
        "CLinux", .logging, .serviceLifecycle, .configuration,
      ]),
    .executableTarget(
      name: "quarterdeck-agent", dependencies: ["Agent", "Daemon", .argumentParser],
      path: "agent/quarterdeck-agent", swiftSettings: strict),
    .executableTarget(
      name: "quarterdeck-supervisor", dependencies: ["StepSupervisor"],
      path: "agent/quarterdeck-supervisor", swiftSettings: strict,
      // One of these stands by every running step: a static binary costs a fifth of the memory.
      linkerSettings: [.unsafeFlags(["-static-executable"])]),

    // The control plane.
    controlPlane("JSONPrograms", ["CLinux"]),
    controlPlane("JSONProgramProcess", ["JSONPrograms", "CJQ", "CLinux"]),
    .executableTarget(
      name: "quarterdeck-jq", dependencies: ["JSONProgramProcess"],
      path: "controlplane/quarterdeck-jq", swiftSettings: strict),
    controlPlane("Cluster", ["Model", "Pattern", "Store", .logging, .serviceLifecycle]),
    controlPlane("Identity", ["Model", "Store", "Cryptography", "CCrypt", .logging]),
    controlPlane("Logs", ["Model", "Pattern", "Spool", "Store", "Cryptography"]),
    controlPlane(
      "LogStorage",
      [
        "Model", "Spool", "Store", "Logs", "Cluster", "S3", "HTTPClient", "Compression",
        "Cryptography", "CLinux", .logging, .serviceLifecycle,
      ]),
    controlPlane(
      "Retention",
      [
        "Model", "Schedule", "Store", "Cluster", "LogStorage", .logging, .serviceLifecycle,
      ]),
    controlPlane("WorkflowEngine", ["Model", "Pattern"]),
    controlPlane(
      "Notifications",
      [
        "Model", "Store", "HTTPClient", "Mail", "Cluster", "Logs", "Cryptography", "CCMark",
        .logging,
        .metrics, .serviceLifecycle,
      ]),
    controlPlane(
      "Execution",
      [
        "WorkflowEngine", "JSONPrograms", "Model", "Pattern", "Store", "NodeFilter", "JobFormat",
        "Masking",
        "HTTPClient", "Wire", "Cryptography", "Cluster", "Notifications", "ScriptPlugin", .logging,
        .serviceLifecycle,
      ]),
    controlPlane(
      "Plugins",
      [
        "Model", "ScriptPlugin", "Store", "Notifications", "Execution", "Cryptography", .logging,
        .serviceLifecycle,
      ]),
    controlPlane("Keys", ["Model", "Store", "Cryptography", "Execution"]),
    controlPlane(
      "Scheduler",
      ["Model", "Schedule", "Store", "Cluster", "Execution", .logging, .serviceLifecycle]),
    controlPlane(
      "AgentGateway",
      [
        "Model", "Wire", "Spool", "Store", "Cluster", "Logs", "Execution", "Cryptography",
        .hummingbird, .httpTypes, .nioCore, .logging, .serviceLifecycle,
      ]),
    controlPlane(
      "API",
      [
        "Model", "JobFormat", "NodeFilter", "Schedule", "Store", "Identity", "Logs", "Cluster",
        "Execution", "Scheduler", "Cryptography", "LogStorage", "Retention", "ScriptPlugin", "Keys",
        "Mail", "JSONPrograms",
        .hummingbird, .httpTypes, .nioCore, .logging, .metrics, .serviceLifecycle,
      ]),
    controlPlane(
      "ControlPlane",
      [
        "Model", "Schedule", "Store", "Database", "Cryptography", "Daemon", "Cluster", "Identity",
        "Logs", "LogStorage", "Retention", "Notifications", "Mail", "S3", "HTTPClient", "Execution",
        "Scheduler", "Plugins", "ScriptPlugin", "Keys",
        "AgentGateway", "API", .hummingbird, .hummingbirdCore, .hummingbirdTLS,
        .nioCore, .nioSSL, .logging, .serviceLifecycle,
      ]),
    .executableTarget(
      name: "quarterdeck-controlplane",
      dependencies: [
        "ControlPlane", "Cryptography", "Daemon", "Database", "Postgres", "SQLite", "Store",
        .argumentParser,
        .logging,
      ],
      path: "controlplane/quarterdeck-controlplane", swiftSettings: strict),

    // Tests.
    .target(
      name: "TestSupport",
      dependencies: ["Database", "Postgres", "SQLite", "HTTPClient", "CLinux", "CZlib", .logging],
      path: "Tests/TestSupport", swiftSettings: strict),
    tests("ModelTests", ["Model"]),
    tests("PatternTests", ["Pattern"]),
    tests("JSONProgramsTests", ["JSONPrograms", "JSONProgramProcess", "TestSupport"]),
    tests(
      "JobFormatTests", ["JobFormat", "Model", "TestSupport"], resources: [.copy("Documents")]),
    tests("NodeFilterTests", ["NodeFilter", "Model"]),
    tests("ScriptPluginTests", ["ScriptPlugin", "TestSupport"]),
    tests(
      "PluginsTests",
      [
        "Plugins", "ScriptPlugin", "Execution", "Notifications", "Store", "TestSupport", .logging,
      ]),
    tests(
      "KeysTests",
      ["Keys", "Execution", "Store", "Database", "Model", "Cryptography", "TestSupport"]),
    tests("ScheduleTests", ["Schedule", "Model", "TestSupport"]),
    tests("SpoolTests", ["Spool"]),
    tests("WireTests", ["Wire", "Model", "Spool"]),
    tests("DatabaseTests", ["Database", "Postgres", "SQLite", "TestSupport"]),
    tests("StoreTests", ["Store", "Model", "Database", "Postgres", "TestSupport"]),
    tests("HTTPClientTests", ["HTTPClient", "Cryptography"]),
    tests("CryptographyTests", ["Cryptography", "COpenSSL"]),
    tests("MaskingTests", ["Masking"]),
    tests("CompressionTests", ["Compression"]),
    tests("S3Tests", ["S3", "HTTPClient", "Cryptography", "TestSupport"]),
    tests(
      "LogStorageTests",
      [
        "LogStorage", "Logs", "Spool", "S3", "HTTPClient", "Compression", "Cluster", "Store",
        "Database", "Model", "Cryptography", "TestSupport", .logging,
      ]),
    tests(
      "RetentionTests",
      [
        "Retention", "LogStorage", "Logs", "Schedule", "Cluster", "Store", "Database", "Model",
        "Spool", "S3", "HTTPClient", "TestSupport", .logging,
      ]),
    tests(
      "ControlPlaneTests",
      [
        "ControlPlane", "Cluster", "Daemon", "Database", "LogStorage", "S3", "Store", "TestSupport",
        .logging,
      ]),
    tests("MailTests", ["Mail", "Model", "Cryptography", "TestSupport"]),
    tests(
      "NotificationsTests",
      [
        "Notifications", "Mail", "HTTPClient", "Logs", "Cluster", "Store", "Database", "Model",
        "Spool",
        "TestSupport", .logging,
      ]),
    tests("ServiceManagerTests", ["ServiceManager"]),
    tests(
      "DaemonTests", ["Daemon", "ServiceManager", .logging, .configuration, .serviceLifecycle]),
    tests(
      "AgentTests",
      [
        "Agent", "StepSupervisor", "Spool", "Masking", "Wire", "Model", "Daemon", "CLinux",
        "TestSupport", .logging,
      ]),
    tests("ClusterTests", ["Cluster", "Store", "Model", "TestSupport", .logging]),
    tests("IdentityTests", ["Identity", "Store", "Cryptography", "Model", "TestSupport"]),
    tests("LogsTests", ["Logs", "Spool", "Store", "Model", "TestSupport"]),
    tests("WorkflowEngineTests", ["WorkflowEngine", "Model", "TestSupport"]),
    tests(
      "ExecutionTests",
      [
        "Execution", "WorkflowEngine", "Cluster", "Store", "Model", "JobFormat", "Wire",
        "Cryptography", "Database", "HTTPClient", "ScriptPlugin", "TestSupport", .logging,
      ]),
    tests(
      "SchedulerTests",
      [
        "Scheduler", "Schedule", "Cluster", "Execution", "Store", "Model", "Database",
        "TestSupport", .logging,
      ]),
    tests(
      "AgentGatewayTests",
      [
        "AgentGateway", "Cluster", "Execution", "Logs", "Wire", "Spool", "Store", "Database",
        "Model",
        "Cryptography", "HTTPClient", "TestSupport", .hummingbird, .hummingbirdTesting, .logging,
        .httpTypes, .nioCore,
      ]),
    tests(
      "APITests",
      [
        "API", "Database", "Schedule", "Scheduler", "Cluster", "Execution", "Logs", "LogStorage",
        "Keys",
        "Spool", "Store", "Model", "Identity", "Cryptography",
        "HTTPClient", "TestSupport", .hummingbird, .hummingbirdTesting, .httpTypes, .nioCore,
        .logging, .serviceLifecycle,
      ]),
    .target(
      name: "Chaos", dependencies: ["TestSupport"], path: "Tests/Chaos", swiftSettings: strict),
    .executableTarget(
      name: "ChaosRunner", dependencies: ["Chaos", "TestSupport"], path: "Tests/ChaosRunner",
      swiftSettings: strict),
    .target(name: "ClockShim", path: "Tests/ClockShim"),
    tests("IntegrationTests", ["Chaos", "TestSupport", "HTTPClient", "Model"]),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "TestSupport", "HTTPClient", "Cryptography", "Model", "Wire", "Store", "Database",
        "Postgres", "Compression", "Spool", "StepSupervisor", "CLinux", "WorkflowEngine",
      ],
      path: "Tests/Benchmarks", swiftSettings: strict),
  ]
)
