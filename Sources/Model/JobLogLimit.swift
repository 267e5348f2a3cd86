/// How much output a job's executions may have, and what happens when there is more (`loglimit`,
/// `loglimitAction` and `loglimitStatus`).
public struct JobLogLimit: Sendable, Hashable {
  /// What is counted.
  public enum Measure: Sendable, Hashable {
    /// Lines of the whole execution.
    case lines(Int64)
    /// Lines of each node.
    case linesOfNode(Int64)
    /// Bytes of the whole execution's lines.
    case bytes(Int64)
  }

  /// What happens at the limit.
  public enum Action: String, Sendable, Hashable, CaseIterable {
    /// All steps are killed, and the execution ends with `status`.
    case halt
    /// The steps go on, and no more of their output is kept.
    case truncate
  }

  public var measure: Measure
  public var action: Action
  /// `failed`, `aborted` or a text of the job's own: how a halted execution ends.
  public var status: String

  public init(_ measure: Measure, action: Action = .halt, status: String = "failed") {
    self.measure = measure
    self.action = action
    self.status = status
  }

  /// The limit that `loglimit` says: `100`, `100/node`, `50MB`, `1k`. Nil for any other text, and for one
  /// of nothing.
  public static func parse(_ text: String) -> Measure? {
    let text = text.drop(while: \.isWhitespace).lowercased()
    if text.hasSuffix("/node") {
      return number(text.dropLast(5)).map(Measure.linesOfNode)
    }
    if let lines = number(text[...]) { return .lines(lines) }
    guard let bytes = ByteSize.bytes(in: text), bytes > 0 else { return nil }
    return .bytes(Int64(bytes))
  }

  private static func number(_ text: Substring) -> Int64? {
    guard let number = Int64(text), number > 0, text.first != "+" else { return nil }
    return number
  }

  /// What `loglimit` may be, for messages.
  public static let allowed =
    "a number of lines (1000), of lines for each node (1000/node), or a size (50MB)"

  /// Whether so much output is within the limit: lines of the whole execution and of the node that has the
  /// most or that is asked about, bytes of the whole execution's lines.
  public func allows(lines: Int64, linesOfNode: Int64, bytes: Int64) -> Bool {
    switch measure {
    case .lines(let most): lines <= most
    case .linesOfNode(let most): linesOfNode <= most
    case .bytes(let most): bytes <= most
    }
  }

  /// For people: "Log output limit exceeded: more than 100 lines".
  public func reason(node: String?) -> String {
    let most =
      switch measure {
      case .lines(let most): "\(most) lines"
      case .linesOfNode(let most): "\(most) lines of node \(node ?? "?")"
      case .bytes(let most): ByteSize.text(UInt64(most))
      }
    return "Log output limit exceeded: more than \(most)"
  }

  /// How a halted execution ends.
  public var finalStatus: (status: ExecutionStatus, custom: String?) {
    switch status.lowercased() {
    case "failed": (.failed, nil)
    case "aborted": (.aborted, nil)
    default: (.other, status)
    }
  }
}

extension JobLogLimit {
  /// As one text for the store; see `init(stored:)`.
  public var stored: String {
    let most =
      switch measure {
      case .lines(let most): "\(most)"
      case .linesOfNode(let most): "\(most)/node"
      case .bytes(let most): "\(most)b"
      }
    return "\(most) \(action.rawValue) \(status)"
  }

  /// What `stored` wrote; nil for any other text.
  public init?(stored text: String) {
    let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let measure = Self.parse(String(parts[0])),
      let action = Action(rawValue: String(parts[1]))
    else { return nil }
    self.init(measure, action: action, status: String(parts[2]))
  }
}

extension Job {
  /// What a run of this job may print; nil when that is not limited. Definitions are checked when they are
  /// imported, so what cannot be read here limits nothing.
  public var logLimit: JobLogLimit? {
    guard let text = kept["loglimit"]?.scalarText, let measure = JobLogLimit.parse(text) else {
      return nil
    }
    let action = kept["loglimitAction"]?.scalarText.flatMap {
      JobLogLimit.Action(rawValue: $0.lowercased())
    }
    let status = kept["loglimitStatus"]?.scalarText ?? ""
    return JobLogLimit(
      measure, action: action ?? .halt, status: status.isEmpty ? "failed" : status)
  }
}
