import Logs
import Retention

/// Settings of projects whose values are known.
enum ProjectSettings {
  /// Throws a 400 that names the key, the value and what is allowed.
  static func check(_ settings: [String: String]) throws(APIError) {
    do throws(CleanupProblem) {
      _ = try CleanupPolicy().overridden(by: settings)
    } catch {
      throw .invalid(
        parameter: error.key, value: error.value, "It must be \(error.expectation)")
    }
    let bad = GlobalLogFilters.problems(in: settings, prefix: GlobalLogFilters.projectPrefix)
    if let first = bad.first {
      throw .invalid(parameter: first.name, value: first.value, first.reason)
    }
  }
}
