import ArgumentParser
import ControlPlane
import Daemon
import Database
import Glibc
import Logging

/// Checks the logs in the configured database and log storage, whether or not members run.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that executions' logs are what was stored, and name what is not.",
    discussion: """
      Prints a line for each complete log and one for each fault of the others. Ends with status 0 when all are \
      complete and with 1 when something is missing or damaged. Nothing is written.
      """)

  @Argument(help: "Numbers of executions (all of them).")
  var executions: [String] = []

  @Option(name: .long, help: "The configuration file, in .properties form.")
  var config: String?

  @Option(name: .long, help: "Only this project's executions.")
  var project: String?

  @Option(
    name: .long,
    help:
      "Only those that ended since then, or go on: 2026-11-23T12:20:55Z, or milliseconds since 1970."
  )
  var since: String?

  func run() async {
    do {
      let run = try LogVerificationRun(executions: executions, project: project, since: since)
      let configuration = try ControlPlaneKeys.schema.load(file: config)
      let logger = Logger(label: "verify") { _ in SwiftLogNoOpLogHandler() }
      let database = try DatabaseChoice(configuration).existing().open(configuration, logger)
      let areComplete = try await run.verify(database.engine, configuration, logger: logger) {
        print($0)
      }
      await database.engine.close()
      if !areComplete { Glibc.exit(1) }
    } catch {
      ControlPlaneCommand.exit(after: error)
    }
  }
}
