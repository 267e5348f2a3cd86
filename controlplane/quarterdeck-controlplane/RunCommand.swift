import ArgumentParser
import ControlPlane
import Daemon

/// Runs one member.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the member; what happens without a subcommand.",
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
      ControlPlaneCommand.exit(after: error)
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
