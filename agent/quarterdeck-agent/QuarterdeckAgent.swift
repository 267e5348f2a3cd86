import Agent
import ArgumentParser
import Daemon

/// The program: what it is told on its command line, over the room `Agent`.
@main
struct QuarterdeckAgent: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarterdeck-agent",
    abstract: "Runs Quarterdeck's steps on this host.",
    version: AgentVersion.current,
    subcommands: [Run.self, Enroll.self], defaultSubcommand: Run.self)

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let error as any ExitCoded {
      DaemonProcess.exit(program: "quarterdeck-agent", after: error)
    } catch {
      exit(withError: error)
    }
  }
}
