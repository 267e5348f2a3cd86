import Agent
import ArgumentParser
import Daemon

/// `quarterdeck-agent [run]`: stays connected and runs steps until SIGTERM.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Connect to the control plane and run steps.",
    discussion: """
      SIGTERM stops the agent only: running steps go on in their supervisors and are found again at the next start.
      """)

  @Option(
    help: "The configuration file, in the syntax of .properties. (default: the environment alone)")
  var config: String?

  @Flag(help: "Check the configuration, print each value with where it came from, and end.")
  var checkConfig = false

  func run() async throws {
    let configuration = try AgentKeys.schema.load(file: config)
    if checkConfig {
      for warning in configuration.warnings { print("# warning: \(warning)") }
      print(configuration.listing, terminator: "")
      return
    }
    try await serve(configuration)
  }

  private func serve(_ configuration: EffectiveConfiguration) async throws {
    ProcessMemory.keepSmall()
    let logger = DaemonLogging.bootstrap(
      identifier: "quarterdeck-agent", configuration: configuration)
    let settings = AgentSettings(configuration)
    guard let credential = try AgentCredential.load(from: settings.stateDirectory) else {
      throw AgentError.notEnrolled(stateDirectory: settings.stateDirectory)
    }
    let status = DaemonStatus()
    let agent = AgentService(
      settings: settings, credential: credential, version: AgentVersion.current, status: status,
      environment: ProcessEnvironment.current, logger: logger)
    let runner = DaemonRunner(
      status: status, stopTimeLimit: configuration[DaemonKeys.stopTimeLimit], logger: logger)
    try await runner.run(services: [agent])
  }
}
