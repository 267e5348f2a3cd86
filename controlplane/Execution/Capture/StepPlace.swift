/// Where a step stands among the steps of its execution: the order of their context identifiers, `2` before
/// `2e` before `2/1` before `10`.
struct StepPlace: Sendable, Hashable, Comparable {
  private let parts: [Part]

  private struct Part: Sendable, Hashable {
    var number: Int
    var isHandler: Bool
    var node: String
  }

  /// The place of a step context identifier; what is no number stands first.
  init(_ step: String) {
    parts = Self.parts(of: step).map { part in
      let digits = part.prefix { $0.isASCII && $0.isNumber }
      let rest = part.dropFirst(digits.count)
      return Part(
        number: Int(digits) ?? 0, isHandler: rest.first == "e",
        node: String(rest.drop { $0 != "@" }))
    }
  }

  /// The identifier's parts; a slash inside of a node's name is not told from one between parts.
  static func parts(of step: String) -> [Substring] { step.split(separator: "/") }

  static func < (one: StepPlace, other: StepPlace) -> Bool {
    for (left, right) in zip(one.parts, other.parts) where left != right {
      if left.number != right.number { return left.number < right.number }
      if left.isHandler != right.isHandler { return right.isHandler }
      return left.node < right.node
    }
    return one.parts.count < other.parts.count
  }
}
