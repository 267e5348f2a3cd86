/// How a step is run on its host: the keys `quarterdeck.run-as`, `quarterdeck.leave-children` and
/// `quarterdeck.limits` of a step, a job or a node's attributes.
public struct StepConduct: Sendable, Hashable {
  /// The user that the step runs as; nil: whoever the agent's configuration says.
  public var runAs: String?
  /// Whether processes that are left when the step's own has ended may live on.
  public var leavesChildren: Bool?
  public var limits = ResourceLimits()

  public init() {}

  public static let runAsKey = "quarterdeck.run-as"
  public static let leaveChildrenKey = "quarterdeck.leave-children"
  public static let limitsKey = "quarterdeck.limits"

  /// The keys of a step.
  public static let stepKeys: Set<String> = [runAsKey, leaveChildrenKey, limitsKey]
  /// Those of a job: they hold for its steps that say nothing else.
  public static let jobKeys: Set<String> = [limitsKey]

  /// What is wrong with one of the keys, whose name is the field, or a part of it
  /// (`quarterdeck.limits.memory`).
  public typealias Problem = JobProblem

  /// What a step's or a job's kept keys say.
  ///
  /// - Throws: `Problem` for the first bad value.
  public init(_ kept: [String: JobValue]) throws(Problem) {
    if let value = kept[Self.runAsKey] { runAs = try Self.user(value.scalarText, value.kindName) }
    if let value = kept[Self.leaveChildrenKey] {
      leavesChildren = try Self.flag(value.scalarText, value.kindName)
    }
    if let value = kept[Self.limitsKey] { limits = try Self.limits(value) }
  }

  /// What a node's attributes say: the same keys, with `quarterdeck.limits` as a text
  /// (`memory=512MB, cpu=50%`) or in parts (`quarterdeck.limits.memory`).
  ///
  /// - Throws: `Problem` for the first bad value.
  public init(attributes: [String: String]) throws(Problem) {
    runAs = try attributes[Self.runAsKey].map { text throws(Problem) in try Self.user(text, "text")
    }
    leavesChildren = try attributes[Self.leaveChildrenKey].map { text throws(Problem) in
      try Self.flag(text, "text")
    }
    var values: [(name: String, text: String)] = []
    if let text = attributes[Self.limitsKey] { values += try Self.pairs(text) }
    for (key, text) in attributes.sorted(by: { $0.key < $1.key })
    where key.hasPrefix(Self.limitsKey + ".") {
      values.append((String(key.dropFirst(Self.limitsKey.count + 1)), text))
    }
    limits = try Self.limits(values)
  }

  /// This conduct; where it says nothing, that of `others`.
  public func filled(from others: StepConduct) -> StepConduct {
    var filled = self
    filled.runAs = runAs ?? others.runAs
    filled.leavesChildren = leavesChildren ?? others.leavesChildren
    filled.limits = limits.filled(from: others.limits)
    return filled
  }
}

extension StepConduct {
  private static func user(_ text: String?, _ kind: String) throws(Problem) -> String {
    let rule =
      "must be the name of a user: letters, digits, '.', '_', '-' and '@', at most 64 of them, and "
      + "no '-' first"
    guard let text else { throw Problem(field: runAsKey, message: "\(rule); found \(kind)") }
    let isName = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || ".-_@".utf8.contains($0)
    }
    guard isName, !text.isEmpty, text.utf8.count <= 64, !text.hasPrefix("-") else {
      throw Problem(field: runAsKey, value: text, message: rule)
    }
    return text
  }

  private static func flag(_ text: String?, _ kind: String) throws(Problem) -> Bool {
    switch text?.lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default:
      throw Problem(
        field: leaveChildrenKey, value: text,
        message: "must be true or false" + (text == nil ? "; found \(kind)" : ""))
    }
  }

  private static func limits(_ value: JobValue) throws(Problem) -> ResourceLimits {
    guard case .map(let entries) = value else {
      throw Problem(
        field: limitsKey, message: "expected a map of limits, found \(value.kindName)")
    }
    var values: [(name: String, text: String)] = []
    for entry in entries {
      guard let text = entry.value.scalarText else {
        throw Problem(
          field: "\(limitsKey).\(entry.key)",
          message: "expected text or a number, found \(entry.value.kindName)")
      }
      values.append((entry.key, text))
    }
    return try limits(values)
  }

  private static func limits(
    _ values: [(name: String, text: String)]
  ) throws(Problem) -> ResourceLimits {
    do throws(ResourceLimits.Problem) {
      return try ResourceLimits(values)
    } catch {
      throw Problem(
        field: "\(limitsKey).\(error.name)", value: error.value, message: error.message)
    }
  }

  private static func pairs(_ text: String) throws(Problem) -> [(name: String, text: String)] {
    var pairs: [(name: String, text: String)] = []
    for part in text.split(separator: ",") {
      let words = part.split(separator: part.contains("=") ? "=" : ":", maxSplits: 1)
        .map { trimmed($0) }
      guard words.count == 2 else {
        throw Problem(
          field: limitsKey, value: text, message: "must be pairs such as 'memory=512MB, cpu=50%'")
      }
      pairs.append((words[0], words[1]))
    }
    return pairs
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
