import ArgumentParser
import ControlPlane
import Daemon

/// `quarterdeck-controlplane`: runs one member, unless a subcommand asks for something else.
@main
struct ControlPlaneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarterdeck-controlplane",
    abstract: "Runs one member of the control plane: API, decisions, the record.",
    discussion: """
      Settings come from the configuration file and from the environment, which overrides it: \
      server.port is SERVER_PORT there. Without a file the defaults hold.

      --config FILE names the configuration file, in .properties form; --check-config prints the \
      configuration that would hold, and ends.
      """,
    version: ControlPlaneVersion.text,
    subcommands: [RunCommand.self, AuditCommand.self, VerifyCommand.self],
    defaultSubcommand: RunCommand.self)

  /// Ends the process after an error, with the error's exit status.
  static func exit(after error: any Error) -> Never {
    DaemonProcess.exit(program: _commandName, after: error)
  }
}
