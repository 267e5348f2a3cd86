import ArgumentParser
import ControlPlane
import Daemon

/// `quarterdeck-controlplane`: runs one member.
@main
struct ControlPlaneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarterdeck-controlplane",
    abstract: "Runs one member of the control plane: API, decisions, the record.",
    discussion: """
      Settings come from the configuration file and from the environment, which overrides it: \
      server.port is SERVER_PORT there. Without a file the defaults hold.
      """,
    version: ControlPlaneVersion.text)

  @Option(name: .long, help: "The configuration file, in .properties form.")
  var config: String?

  @Flag(name: .long, help: "Print the configuration that would hold, and end.")
  var checkConfig = false

  func run() async {
    do {
      let configuration = try ControlPlaneKeys.schema.load(file: config)
      if checkConfig { return try check(configuration) }
      try await Member.run(configuration)
    } catch {
      DaemonProcess.exit(program: Self._commandName, after: error)
    }
  }

  /// Everything that would stop a start, without starting: what the values say together, too.
  private func check(_ configuration: EffectiveConfiguration) throws {
    for warning in configuration.warnings + ControlPlane.warnings(configuration) {
      print("# warning: \(warning)")
    }
    _ = try DatabaseChoice(configuration)
    try ControlPlane.check(configuration)
    print(configuration.listing)
  }
}
