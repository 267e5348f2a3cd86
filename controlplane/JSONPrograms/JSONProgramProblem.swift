/// Why a program in jq's language gave no results.
public enum JSONProgramProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// It is no program: jq's own message, or the bound that it does not keep.
  case program(String)
  /// What it was to be applied to is no JSON, or too long.
  case input(String)
  /// It ended with an error of its own.
  case failed(String)
  /// It was stopped at one of its bounds, or ended jq itself.
  case stopped(String)
  /// It was not tried: `quarterdeck-jq` cannot be started here, or the task was cancelled.
  case unavailable(String)

  public var description: String {
    switch self {
    case .program(let reason), .failed(let reason), .stopped(let reason): reason
    case .input(let reason): "the output is no JSON: \(reason)"
    case .unavailable(let reason): "no program of jq can be run here: \(reason)"
    }
  }
}
