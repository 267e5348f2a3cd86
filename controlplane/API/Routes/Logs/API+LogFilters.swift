import Logs
import Store

extension API {
  /// The reader of an execution's log, as the log filters of the configuration, of its project and of its definition
  /// show it.
  func logs(of execution: ExecutionRecord) async throws -> LogReader {
    guard let job = try? execution.job() else { return dependencies.logs }
    let settings = try await dependencies.store.ask.projects.settings(
      of: execution.project, under: GlobalLogFilters.projectPrefix)
    return dependencies.logs.showing(
      filtersOf: job,
      of: GlobalLogFilters(settings, prefix: GlobalLogFilters.projectPrefix))
  }
}
