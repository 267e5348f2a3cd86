import Model

/// `system/info` (SYS-03): eleven members, as Rundeck has them.
struct SystemInfoBody {
  let server: ServerFacts
  let node: String
  let now: Instant
  let host: HostFacts
  let mode: ExecutionMode
  /// Executions that have not ended.
  let running: Int64

  func json() -> JSON {
    [
      "system": [
        "timestamp": Self.time(now), "rundeck": rundeck,
        "executions": [
          "active": .boolean(mode == .active), "executionMode": .text(mode.rawValue),
        ],
        "os": [
          "arch": .text(host.architecture), "name": .text(host.system),
          "version": .text(host.release),
        ],
        "jvm": [
          "name": "Swift (no Java virtual machine)", "vendor": "swift.org",
          "version": .text(Self.swiftVersion), "implementationVersion": .text(server.version),
        ],
        "stats": stats, "metrics": link("/metrics", "text/plain"),
        "threadDump": link("/health", "application/json"),
        "healthcheck": link("/health", "application/json"),
        "ping": link("/health", "application/json"), "extended": .null,
      ]
    ]
  }

  private var rundeck: JSON {
    [
      "version": .text(server.version), "build": .text(server.version), "buildGit": "",
      "node": .text(node), "base": .text(server.base),
      "apiversion": .integer(Int64(APIVersion.newest)), "serverUUID": .text(server.uuid),
    ]
  }

  private var stats: JSON {
    [
      "uptime": [
        "duration": .integer(now.milliseconds - server.startedAt.milliseconds), "unit": "ms",
        "since": Self.time(server.startedAt),
      ],
      "cpu": [
        "loadAverage": ["unit": "percent", "average": .real(host.loadAverage)],
        "processors": .integer(host.processors),
      ],
      "memory": [
        "unit": "byte", "max": .integer(host.totalMemory), "free": .integer(host.availableMemory),
        "total": .integer(host.residentBytes),
      ],
      "scheduler": ["running": .integer(running), "threadPoolSize": .integer(host.processors)],
      "threads": ["active": .integer(host.threads)],
    ]
  }

  private func link(_ path: String, _ type: String) -> JSON {
    ["href": .text(server.url + path), "contentType": .text(type)]
  }

  private static func time(_ instant: Instant) -> JSON {
    [
      "epoch": .integer(instant.milliseconds), "unit": "ms", "datetime": .text(instant.iso8601),
    ]
  }

  private static var swiftVersion: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6"
    #endif
  }
}
