import Glibc
import TestSupport

/// A control plane and its sidecar agent, running, with a project.
struct Scenario {
  let installation: Installation
  var member: Daemon
  var agent: Daemon
  var api: APIClient { installation.api }

  /// Runs `body` on a fresh installation over the engine and stops everything afterwards.
  static func run(
    on engine: Engine, settings: [String: String] = [:],
    _ body: (inout Scenario) async throws -> Void
  ) async throws {
    switch engine {
    case .sqlite:
      try await run(databaseURL: nil, settings, body)
    case .postgresql:
      let server = try await ScratchPostgres.shared()
      let name = try await server.createDatabase()
      try await run(databaseURL: server.url(database: name), settings, body)
      try await server.dropDatabase(name)
    }
  }

  /// The same over the database at `databaseURL`, or SQLite.
  static func run(
    databaseURL: String?, _ settings: [String: String] = [:],
    _ body: (inout Scenario) async throws -> Void
  ) async throws {
    try await Slots.processes.with { try await runAlone(databaseURL, settings, body) }
  }

  /// The same without waiting for a turn, for whoever has one.
  static func runAlone(
    _ databaseURL: String?, _ settings: [String: String] = [:],
    _ body: (inout Scenario) async throws -> Void
  ) async throws {
    let installation = try Installation(databaseURL: databaseURL, settings: settings)
    let member = try await installation.startControlPlane()
    try await installation.enrolAgent()
    let agent = try await installation.startAgent()
    var scenario = Scenario(installation: installation, member: member, agent: agent)
    do {
      try await scenario.api.createProject("test")
      try await body(&scenario)
    } catch {
      throw Failed(
        error: error, member: scenario.member.process.output, agent: scenario.agent.process.output)
    }
    await scenario.agent.stop()
    await scenario.member.stop()
  }

  /// Imports a job of one script and runs it; returns the execution's number.
  func start(script: String) async throws -> Int {
    let lines = script.split(separator: "\n", omittingEmptySubsequences: false)
    let job = try await api.importJob(
      """
      - name: scripted
        sequence:
          keepgoing: false
          strategy: node-first
          commands:
          - script: |
      \(lines.map { "        \($0)" }.joined(separator: "\n"))
      """, into: "test")
    return try await api.run(job)
  }

  /// A file that a script of the test makes or waits for.
  func mark(_ name: String) -> String { "\(installation.folder)/\(name)" }

  /// Makes a file that a script waits for.
  func set(_ name: String) throws { try writeFile(mark(name), "") }

  /// Waits until a script has made its file.
  func wait(for name: String) async throws {
    _ = try await eventually("the step makes \(name)") {
      access(mark(name), F_OK) == 0 ? true : nil
    }
  }

  /// What went wrong, with what the daemons logged.
  struct Failed: Error, CustomStringConvertible {
    let error: any Error
    let member: String
    let agent: String
    var description: String {
      "\(error)\n--- control plane\n\(member.suffix(6_000))\n--- agent\n\(agent.suffix(6_000))"
    }
  }
}
