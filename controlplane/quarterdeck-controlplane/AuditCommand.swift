import ArgumentParser
import ControlPlane
import Daemon
import Database
import Glibc
import Logging

/// Audits the fire ledger of the configured database, whether or not members run.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Compare the fire ledger with what the schedules demanded, and name every fault.",
    discussion: """
      Ends with status 0 when every due instant has exactly one outcome and with 1 when there are findings. \
      Nothing is written.
      """)

  @Option(name: .long, help: "The configuration file, in .properties form.")
  var config: String?

  @Option(name: .long, help: "Only this project's jobs.")
  var project: String?

  @Option(
    name: .long, help: "From when on: 2026-11-23T12:20:55Z, or milliseconds since 1970 (a day ago)."
  )
  var begin: String?

  @Option(name: .long, help: "Until when (now).")
  var end: String?

  func run() async {
    do {
      let audit = try LedgerAuditRun(project: project, begin: begin, end: end)
      let configuration = try ControlPlaneKeys.schema.load(file: config)
      let logger = Logger(label: "audit") { _ in SwiftLogNoOpLogHandler() }
      let database = try DatabaseChoice(configuration).existing().open(configuration, logger)
      let report = try await audit.report(of: database.engine)
      await database.engine.close()
      print(report.text)
      if !report.isClean { Glibc.exit(1) }
    } catch {
      ControlPlaneCommand.exit(after: error)
    }
  }
}
