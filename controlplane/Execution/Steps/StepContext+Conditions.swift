import Masking
import Model
import Pattern

/// What came of looking at a conditional step's conditions.
struct ConditionalLook: Sendable, Hashable {
  /// Whether its steps run.
  var holds: Bool
  /// A line for each comparison that was made, secrets masked; empty unless the execution's log level is `DEBUG`.
  var comparisons: [String] = []
}

extension StepInContext {
  /// Whether a conditional step's condition holds now. What decides nothing any more is not compared.
  ///
  /// Throws `UnfitStep` for a text that is too long and an expression that cannot be used.
  func look(at step: ConditionalStep) throws(UnfitStep) -> ConditionalLook {
    let expansion = ReferenceExpansion(context: dataContext, limit: 1 << 20)
    let masker = SecretMasker(secrets: logLevel == "DEBUG" ? secrets : [])
    var budget = MatchingBudget(.milliseconds(250))
    var look = ConditionalLook(holds: false)
    do {
      look.holds = try step.holds { condition in
        let left = try expansion.expand(condition.reference)
        let right = try expansion.expand(condition.value)
        let holds = try condition.holds(for: left, right, within: &budget)
        if logLevel == "DEBUG" {
          let text = condition.text(left, right, holds)
          look.comparisons.append(
            String(decoding: masker.masked(Array(text.utf8)), as: UTF8.self))
        }
        return holds
      }
      return look
    } catch {
      throw UnfitStep(message: "conditional: \(error)")
    }
  }
}

extension StepCondition {
  fileprivate func holds(
    for left: String, _ right: String, within budget: inout MatchingBudget
  ) throws -> Bool {
    switch comparison {
    case .equal: return left == right
    case .notEqual: return left != right
    case .greater:
      return Self.compare(left, right) {
        $0 > $1
      } texts: {
        $0 > $1
      }
    case .less:
      return Self.compare(left, right) {
        $0 < $1
      } texts: {
        $0 < $1
      }
    case .greaterOrEqual:
      return Self.compare(left, right) {
        $0 >= $1
      } texts: {
        $0 >= $1
      }
    case .lessOrEqual:
      return Self.compare(left, right) {
        $0 <= $1
      } texts: {
        $0 <= $1
      }
    case .contains: return left.contains(right)
    case .matches:
      return try !SearchPattern(right, isWhole: true).matches(in: left, most: 1, within: &budget)
        .isEmpty
    }
  }

  /// Numbers by their size, other texts by their characters.
  private static func compare(
    _ left: String, _ right: String, numbers: (Double, Double) -> Bool,
    texts: (String, String) -> Bool
  ) -> Bool {
    if let left = Double(left), let right = Double(right) { return numbers(left, right) }
    return texts(left, right)
  }

  /// A comparison for people.
  fileprivate func text(_ left: String, _ right: String, _ holds: Bool) -> String {
    "Condition \(reference): '\(left.prefix(1_000))' \(comparison.rawValue) "
      + "'\(right.prefix(1_000))' is \(holds)"
  }
}
