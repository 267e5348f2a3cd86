public import Daemon
public import Database
import Model
import Scheduler
import Store

/// Compares the ledger of a database with what its schedules demanded, for a person at a terminal. It only reads.
public struct LedgerAuditRun: Sendable {
  /// Why nothing can be audited.
  public struct Problem: ExitCoded, CustomStringConvertible {
    public let description: String
    /// `usage` for a wish that cannot be met, `unavailable` while the database is away.
    public let exitCode: ExitCode

    init(_ description: String, _ exitCode: ExitCode = .usage) {
      self.description = description
      self.exitCode = exitCode
    }
  }

  /// What came of it.
  public struct Report: Sendable, Hashable {
    /// Lines for people, without a line feed at the end.
    public let text: String
    /// Whether every due instant has exactly one outcome.
    public let isClean: Bool
  }

  private let project: String?
  private let begin: Instant?
  private let end: Instant?

  /// An audit of a project, of all for nil, from `begin` (a day ago for nil) to `end` (now for nil): each an ISO 8601
  /// time with its zone or milliseconds since 1970.
  public init(project: String?, begin: String?, end: String?) throws(Problem) {
    self.project = project
    self.begin = try Self.instant(begin, "--begin")
    self.end = try Self.instant(end, "--end")
  }

  /// The report of a database whose schema is this program's.
  public func report(of database: any Database) async throws -> Report {
    do {
      return try await report(of: Store(database))
    } catch let error as StoreError where error.isRetryable {
      throw Problem("The database does not answer: \(error)", .unavailable)
    }
  }

  private func report(of store: Store) async throws -> Report {
    let now = try await store.now()
    if let project, try await store.ask.projects.find(project) == nil {
      throw Problem("--project \(project): there is no such project")
    }
    let audit = try await LedgerAuditor(store: store).audit(
      project: project, from: begin ?? now.advanced(by: .seconds(-86_400)), through: end ?? now,
      now: now)
    return Report(text: audit.text, isClean: audit.isClean)
  }

  /// The time that an option of a command line says; nil without one.
  static func instant(_ text: String?, _ option: String) throws(Problem) -> Instant? {
    guard let text else { return nil }
    if let milliseconds = Int64(text), milliseconds.magnitude < UInt64(Int64.max / 1_000) {
      return Instant(microseconds: milliseconds * 1_000)
    }
    guard let instant = Instant(iso8601: text) else {
      throw Problem(
        "\(option) \(text): is no time; write it as 2026-11-23T12:20:55Z or in "
          + "milliseconds since 1970")
    }
    return instant
  }
}
