/// What becomes of a run of a job when as many executions of it go on as may (`quarterdeck.overlap` and
/// `quarterdeck.overlap-limit` of a job).
public enum JobOverlap: Sendable, Hashable {
  /// It is refused, as Rundeck refuses it; a schedule's instant is recorded as skipped.
  case fail
  /// It waits for its turn, in the order in which runs were asked for, behind at most `limit - 1` others; then
  /// it is refused.
  case queue(limit: Int64)
  /// It is recorded as skipped, with the reason.
  case skip
  /// What goes on is aborted, then it begins; what waited before it is ended.
  case replace

  /// `quarterdeck.overlap`: `fail`, `queue`, `skip` or `replace`.
  public static let key = "quarterdeck.overlap"
  /// `quarterdeck.overlap-limit`: how many may wait, 1 to 10,000.
  public static let limitKey = "quarterdeck.overlap-limit"
  /// The keys of a job.
  public static let jobKeys: Set<String> = [key, limitKey]

  /// How many wait where the job says nothing of it.
  public static let defaultLimit: Int64 = 100
  /// The most that may.
  public static let longest: Int64 = 10_000

  /// What a job's kept keys say; `fail` when they say nothing.
  ///
  /// - Throws: `StepConduct.Problem` for the first bad value, and for a limit of what does not wait.
  public init(_ kept: [String: JobValue]) throws(StepConduct.Problem) {
    let limit = try Self.limit(kept[Self.limitKey])
    switch try Self.text(kept[Self.key], Self.key)?.lowercased() {
    case nil, "", "fail": self = .fail
    case "queue":
      self = .queue(limit: limit ?? Self.defaultLimit)
      return
    case "skip": self = .skip
    case "replace": self = .replace
    case let other?:
      throw StepConduct.Problem(
        field: Self.key, value: other, message: "must be one of fail, queue, skip, replace")
    }
    guard limit == nil else {
      throw StepConduct.Problem(
        field: Self.limitKey, message: "is only allowed beside \(Self.key): queue")
    }
  }

  private static func limit(_ value: JobValue?) throws(StepConduct.Problem) -> Int64? {
    guard let text = try text(value, limitKey), !text.isEmpty else { return nil }
    guard let limit = Int64(text), (1...longest).contains(limit) else {
      throw StepConduct.Problem(
        field: limitKey, value: text, message: "must be a number from 1 to \(longest)")
    }
    return limit
  }

  private static func text(
    _ value: JobValue?, _ key: String
  ) throws(StepConduct.Problem) -> String? {
    guard let value else { return nil }
    guard let text = value.scalarText else {
      throw StepConduct.Problem(
        field: key, message: "expected text or a number, found \(value.kindName)")
    }
    return text
  }

  /// Whether a run that finds no room may wait for it.
  public var waits: Bool {
    switch self {
    case .queue, .replace: true
    case .fail, .skip: false
    }
  }
}

extension Job {
  /// Its overlap policy. Definitions are checked when they are imported, so what cannot be read here is
  /// Rundeck's way.
  public var overlap: JobOverlap { (try? JobOverlap(kept)) ?? .fail }
}
