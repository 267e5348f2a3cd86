import Logs
import Store

extension API {
  /// The reader of an execution's log, as the log filters of its definition show it.
  func logs(of execution: ExecutionRecord) -> LogReader {
    guard let job = try? execution.job() else { return dependencies.logs }
    return dependencies.logs.showing(LogFilters(of: job))
  }
}
