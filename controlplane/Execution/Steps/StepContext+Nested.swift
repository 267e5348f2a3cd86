import Model
import Pattern

extension StepInContext {
  /// A job reference with this workflow's values in its texts: arguments word by word, so that a value stays in its
  /// word.
  func expanded(_ reference: JobReference) throws(UnfitStep) -> JobReference {
    let expansion = ReferenceExpansion(context: dataContext, limit: 1 << 20)
    var expanded = reference
    expanded.name = try Self.expand(reference.name, expansion)
    expanded.group = try Self.expand(reference.group, expansion) ?? ""
    expanded.project = try Self.expand(reference.project, expansion)
    expanded.nodes?.filter = try Self.expand(reference.nodes?.filter, expansion)
    expanded.nodes?.excludeFilter = try Self.expand(reference.nodes?.excludeFilter, expansion)
    expanded.nodes?.threadcount = try Self.expand(reference.nodes?.threadcount, expansion)
    expanded.nodes?.rankAttribute = try Self.expand(reference.nodes?.rankAttribute, expansion)
    expanded.arguments = try arguments(reference.arguments)
    return expanded
  }

  /// What a reference's arguments give to secure options.
  func secrets(_ reference: JobReference) throws(UnfitStep) -> PassedSecrets {
    do throws(ExpansionOverrun) {
      return try PassedSecrets(reference.arguments, in: self)
    } catch {
      throw UnfitStep(message: "\(error)")
    }
  }

  /// References to secure options stay as they are: no plain option gets a secret.
  private func arguments(_ line: String) throws(UnfitStep) -> String {
    var expansion = ReferenceExpansion(context: dataContext, limit: 1 << 20)
    expansion.leaves = secureNames
    do throws(StepInvocationError) {
      return ArgumentLine.join(try ScriptInvocation.words(line, expansion))
    } catch {
      throw UnfitStep(message: "\(error)")
    }
  }

  private static func expand(
    _ text: String?, _ expansion: ReferenceExpansion
  ) throws(UnfitStep) -> String? {
    guard let text else { return nil }
    do throws(ExpansionOverrun) {
      return try expansion.expand(text)
    } catch {
      throw UnfitStep(message: "\(error)")
    }
  }

  /// Whether a conditional step's condition holds now.
  ///
  /// Throws `UnfitStep` for a text that is too long and an expression that cannot be used.
  func holds(_ step: ConditionalStep) throws(UnfitStep) -> Bool {
    let expansion = ReferenceExpansion(context: dataContext, limit: 1 << 20)
    var budget = MatchingBudget(.milliseconds(250))
    do {
      return try step.holds { condition in try condition.holds(expansion, within: &budget) }
    } catch {
      throw UnfitStep(message: "conditional: \(error)")
    }
  }
}

extension StepCondition {
  fileprivate func holds(
    _ expansion: ReferenceExpansion, within budget: inout MatchingBudget
  ) throws -> Bool {
    let (left, right) = (try expansion.expand(reference), try expansion.expand(value))
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
}
