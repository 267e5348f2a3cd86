import Model

/// What a filter of a JSON path asks of a value.
indirect enum JSONPathCondition: Sendable, Hashable {
  enum Comparison: String, Sendable, Hashable, CaseIterable {
    case equal = "=="
    case unequal = "!="
    case atLeast = ">="
    case atMost = "<="
    case more = ">"
    case less = "<"
  }

  enum Operand: Sendable, Hashable {
    /// Below the value that is looked at.
    case path([JSONPath.Part])
    case constant(JobValue)
  }

  case exists(Operand)
  case compares(Operand, Comparison, Operand)
  case not(JSONPathCondition)
  case and(JSONPathCondition, JSONPathCondition)
  case or(JSONPathCondition, JSONPathCondition)

  func holds(_ value: JobValue) -> Bool {
    switch self {
    case .exists(let operand): Self.value(operand, in: value) != nil
    case .compares(let left, let comparison, let right):
      Self.compare(Self.value(left, in: value), comparison, Self.value(right, in: value))
    case .not(let condition): !condition.holds(value)
    case .and(let one, let other): one.holds(value) && other.holds(value)
    case .or(let one, let other): one.holds(value) || other.holds(value)
    }
  }

  private static func value(_ operand: Operand, in value: JobValue) -> JobValue? {
    switch operand {
    case .constant(let constant): return constant
    case .path(let parts):
      var values = [value]
      var budget = 10_000
      for part in parts { values = values.flatMap { part.select(in: $0, &budget) } }
      return budget > 0 ? values.first : nil
    }
  }

  /// Numbers compare as numbers, everything else as text.
  private static func compare(
    _ left: JobValue?, _ comparison: Comparison, _ right: JobValue?
  ) -> Bool {
    guard let left, let right else { return comparison == .unequal && left != right }
    if case .number(let one) = left, case .number(let other) = right,
      let one = Double(one), let other = Double(other)
    {
      return ordered(one, comparison, other)
    }
    switch comparison {
    case .equal: return left == right
    case .unequal: return left != right
    default:
      guard case .text(let one) = left, case .text(let other) = right else { return false }
      return ordered(one, comparison, other)
    }
  }

  private static func ordered<Value: Comparable>(
    _ one: Value, _ comparison: Comparison, _ other: Value
  ) -> Bool {
    switch comparison {
    case .equal: one == other
    case .unequal: one != other
    case .atLeast: one >= other
    case .atMost: one <= other
    case .more: one > other
    case .less: one < other
    }
  }
}
