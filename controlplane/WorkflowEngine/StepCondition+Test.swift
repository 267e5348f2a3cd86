public import Model
import Pattern

extension StepCondition {
  /// Whether the condition holds for a value that its reference stands for, nil when there is none, and for
  /// its own value with references expanded.
  ///
  /// Text is compared as it is, numbers by their size; `matches` asks for the whole value. What is no
  /// number is neither greater nor less than anything; what is unset is only unequal.
  ///
  /// - Throws: `JobPatternError` for a text that is no regular expression, `JobPatternOverrun` for one that
  ///   cannot be matched in time.
  public func holds(_ left: String?, _ right: String) throws -> Bool {
    guard let left else { return comparison == .notEqual }
    return switch comparison {
    case .equal: left == right
    case .notEqual: left != right
    case .greater: Comparison.compare(left, right, >)
    case .less: Comparison.compare(left, right, <)
    case .greaterOrEqual: Comparison.compare(left, right, >=)
    case .lessOrEqual: Comparison.compare(left, right, <=)
    case .contains: left.contains(right)
    case .matches: try JobPattern(right).matches(left)
    }
  }
}

extension StepCondition.Comparison {
  fileprivate static func compare(
    _ left: String, _ right: String, _ holds: (DecimalNumber, DecimalNumber) -> Bool
  ) -> Bool {
    guard let left = DecimalNumber(left), let right = DecimalNumber(right) else { return false }
    return holds(left, right)
  }
}
