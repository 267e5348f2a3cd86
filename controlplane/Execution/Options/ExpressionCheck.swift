/// Matches expressions that users wrote, so that none can hold up whoever asks.
///
/// Swift's expressions backtrack: `(a+)+$` needs a time that doubles with each character of a value
/// that does not match, and nothing interrupts it. A bound on the value's length would have to be a few
/// dozen characters, so what is bounded is the time, on a thread apart.
public enum ExpressionCheck {
  /// Why there is no answer; reads on after "the regular expression".
  public enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
    /// It took longer than `limit`.
    case overdue
    /// Earlier checks, of these expressions or of too many others, took too long and still go on.
    case busy

    public var description: String {
      switch self {
      case .overdue: "could not be checked within \(limit.components.seconds) s"
      case .busy: "is not checked now: earlier checks have not come to an end"
      }
    }
  }

  /// How long all expressions of one check may take together.
  public static let limit = Duration.seconds(1)

  private static let threads = TimeLimitedThreads(limit: limit, most: 4)

  /// What `body` answers, which matches these expressions, within the limit.
  public static func run<Value: Sendable>(
    _ expressions: [String], _ body: @escaping @Sendable () -> Value
  ) async throws(Failure) -> Value {
    do throws(TimeLimitedThreads.Failure) {
      return try await threads.run(kind: expressions.joined(separator: "\n"), body)
    } catch {
      throw error == .overdue ? .overdue : .busy
    }
  }
}
