import Model
import Pattern

/// Finds the values of a job's options for one run, and what is wrong with them. Pure.
///
/// Options that the job does not define are taken as they are, as Rundeck does (RUN-16).
struct OptionResolver {
  let options: [JobOption]

  /// - Parameters:
  ///   - argString: `-name value …`.
  ///   - values: values by name; they win over the `argString`.
  /// - Throws: `OptionsError` with one message for each thing that is wrong, in the options' order.
  func resolve(
    argString: String?, values: [String: String]
  ) throws(OptionsError) -> ResolvedOptions {
    let given = try given(argString, values)
    var resolved = ResolvedOptions()
    var line: [String] = []
    var messages: [String] = []
    var budget = MatchingBudget()
    for option in options {
      let value = value(of: option, given: given[option.name])
      messages += problems(of: option, value: value, within: &budget)
      guard let value else { continue }
      if option.secure {
        resolved.secure[option.name] = value
      } else {
        resolved.plain[option.name] = value
        line += ["-\(option.name)", value]
      }
    }
    for (name, value) in undefined(given) {
      resolved.plain[name] = value
      line += ["-\(name)", value]
    }
    guard messages.isEmpty else { throw OptionsError(messages: messages) }
    resolved.argString = line.isEmpty ? nil : ArgumentLine.join(line)
    return resolved
  }

  private func given(
    _ argString: String?, _ values: [String: String]
  ) throws(OptionsError) -> [String: String] {
    var given: [String: String] = [:]
    do {
      for (name, value) in try ArgumentLine.options(argString ?? "") { given[name] = value }
    } catch {
      throw OptionsError(messages: ["\(error)"])
    }
    given.merge(values) { _, value in value }
    if let name = given.first(where: { $0.value.utf8.contains(0) })?.key {
      throw OptionsError(messages: ["Option '\(name)' must not contain the character U+0000."])
    }
    return given
  }

  private func undefined(_ given: [String: String]) -> [(key: String, value: String)] {
    let defined = Set(options.map(\.name))
    return given.filter { !defined.contains($0.key) }.sorted { $0.key < $1.key }
  }

  /// The given value, else the default. A blank one counts as given unless the option is required.
  private func value(of option: JobOption, given: String?) -> String? {
    if let given, !(given.isEmpty && option.required) { return given }
    if let value = option.defaultValue, !value.isEmpty { return value }
    if option.multivalued, option.multivalueAllSelected, let values = option.values {
      return values.joined(separator: option.delimiter ?? ",")
    }
    return given
  }

  private func problems(
    of option: JobOption, value: String?, within budget: inout MatchingBudget
  ) -> [String] {
    let name = option.name
    guard let value, !value.isEmpty else {
      if value == nil, let path = option.storagePath, !path.isEmpty {
        return [
          "Option '\(name)' takes its default from the key storage (\(path)), "
            + "which this version does not have: give a value."
        ]
      }
      return option.required ? ["Option '\(name)' is required."] : []
    }
    let parts = parts(of: option, value)
    let shown = option.secure ? "(secret)" : value
    if option.enforced, let allowed = option.values, !allowed.isEmpty {
      if parts.allSatisfy(allowed.contains) { return [] }
      let list = allowed.joined(separator: ", ")
      return ["Option '\(name)' value: \(shown) was not in the allowed values: [\(list)]"]
    }
    return regexProblems(of: option, parts: parts, shown: shown, within: &budget)
  }

  private func parts(of option: JobOption, _ value: String) -> [String] {
    guard option.multivalued, let delimiter = option.delimiter, !delimiter.isEmpty else {
      return [value]
    }
    return value.split(separator: delimiter).map(String.init)
  }

  private func regexProblems(
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

/// Options that a run cannot have.
struct OptionsError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One for each thing that is wrong.
  let messages: [String]

  /// As Rundeck's API says it.
  var description: String { "Job options were not valid: " + messages.joined(separator: "; ") }
}
