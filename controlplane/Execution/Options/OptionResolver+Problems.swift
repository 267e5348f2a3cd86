import Model
import Pattern

extension OptionResolver {
  /// What is wrong with an option that has no value.
  func absence(of option: JobOption, isGiven: Bool) -> [String] {
    let name = option.name
    if let path = option.secretPath, case .failed(let error)? = facts.secrets[name] {
      return [
        "Option '\(name)' takes its default from the key storage (\(path)), but \(error): "
          + "give a value."
      ]
    }
    if option.required, let path = option.secretPath, facts.secrets[name] != nil {
      return [
        "Option '\(name)' is required, and its password (\(path)) in the key storage is empty."
      ]
    }
    if !isGiven, option.startsWithAll, case .failed(let error) = facts.remote[name] {
      return ["Option '\(name)' starts with all of its remote values, but \(error)"]
    }
    return option.required ? ["Option '\(name)' is required."] : []
  }

  /// What is wrong with a value where only some are allowed; nil where nothing says which.
  func enforcement(of option: JobOption, parts: [String], shown: String) -> [String]? {
    let name = option.name
    var allowed = option.staticValues ?? []
    switch facts.remote[name] {
    case .values(let choices): allowed += choices.map(\.value)
    case .failed(let error):
      return ["Option '\(name)': its allowed values could not be fetched: \(error)"]
    case nil: if allowed.isEmpty { return nil }
    }
    if parts.count == 1 ? allowed.contains(parts[0]) : Set(allowed).isSuperset(of: parts) {
      return []
    }
    let list = Self.list(allowed)
    if option.multivalued {
      return ["Option '\(name)' values: [\(shown)] were not in the allowed values: [\(list)]"]
    }
    return ["Option '\(name)' value: \(shown) was not in the allowed values: [\(list)]"]
  }

  /// A list of thousands helps nobody.
  private static func list(_ values: [String]) -> String {
    let shown = values.prefix(100).joined(separator: ", ")
    return values.count > 100 ? "\(shown), … (\(values.count) in all)" : shown
  }

  func fileProblems(of option: JobOption, key: String) -> [String] {
    if facts.files[key] != nil { return [] }
    let problem = facts.fileProblems[key] ?? "does not exist"
    return ["Option '\(option.name)': the file \(key) \(problem)"]
  }

  func dateProblems(of option: JobOption, value: String) -> [String] {
    guard option.isDate, let format = option.dateFormat, !format.isEmpty,
      let pattern = MomentFormat(format), !pattern.matches(value)
    else { return [] }
    let shown = option.secure ? "(secret)" : value
    return ["Option '\(option.name)' value: \(shown) is not a date of the format \(format)"]
  }

  func regexProblems(
    of option: JobOption, parts: [String], shown: String, within budget: inout MatchingBudget
  ) -> [String] {
    guard let regex = option.regex, !regex.isEmpty else { return [] }
    let pattern: JobPattern
    do {
      pattern = try JobPattern(regex)
    } catch {
      return ["Option '\(option.name)' has an invalid regular expression \(regex): \(error.reason)"]
    }
    do throws(JobPatternOverrun) {
      for part in parts where try !pattern.matches(part, within: &budget) {
        return [
          "Option '\(option.name)' doesn't match regular expression \(regex), value: \(shown)"
        ]
      }
      return []
    } catch {
      return ["Option '\(option.name)': \(error), value: \(shown)"]
    }
  }
}
