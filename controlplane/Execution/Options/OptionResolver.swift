import Model
import Pattern

/// Finds the values of a job's options for one run, and what is wrong with them. Pure.
///
/// Options that the job does not define are taken as they are, as Rundeck does (RUN-16).
struct OptionResolver {
  let options: [JobOption]
  var facts = OptionFacts()
  /// For `${DATE:…}` in values.
  var dates: DateVariable?

  /// - Parameter given: values by name.
  /// - Throws: `OptionsError` with one message for each thing that is wrong, in the options' order.
  func resolve(_ given: [String: String]) throws(OptionsError) -> ResolvedOptions {
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
      if option.isFile, let file = facts.files[value] { resolved.files.append(file) }
    }
    for (name, value) in undefined(given) {
      resolved.plain[name] = value
      line += ["-\(name)", value]
    }
    guard messages.isEmpty else { throw OptionsError(messages: messages) }
    resolved.argString = line.isEmpty ? nil : ArgumentLine.join(line)
    return resolved
  }

  private func undefined(_ given: [String: String]) -> [(key: String, value: String)] {
    let defined = Set(options.map(\.name))
    return given.filter { !defined.contains($0.key) }.sorted { $0.key < $1.key }
  }

  /// The given value, else what the option starts with. A blank one counts as given unless the option is required.
  func value(of option: JobOption, given: String?) -> String? {
    let value =
      if let given, !(given.isEmpty && option.required) {
        given
      } else {
        start(of: option) ?? given
      }
    guard let value, let dates, !option.secure else { return value }
    return dates.expand(value)
  }

  private func start(of option: JobOption) -> String? {
    if case .value(let secret) = facts.secrets[option.name] { return secret }
    if let value = option.ownDefault { return value }
    guard option.startsWithAll else { return nil }
    if case .values(let choices) = facts.remote[option.name] {
      return choices.isEmpty
        ? nil : choices.map(\.value).joined(separator: option.separator)
    }
    return option.staticValues?.joined(separator: option.separator)
  }

  private func problems(
    of option: JobOption, value: String?, within budget: inout MatchingBudget
  ) -> [String] {
    guard let value, !value.isEmpty else { return absence(of: option, isGiven: value != nil) }
    if option.isFile { return fileProblems(of: option, key: value) }
    let parts = option.parts(of: value)
    let shown = option.secure ? "(secret)" : value
    if option.enforced {
      let found = enforcement(of: option, parts: parts, shown: shown)
      if let found { return found }
    }
    return regexProblems(of: option, parts: parts, shown: shown, within: &budget)
      + dateProblems(of: option, value: value)
  }
}

/// Options that a run cannot have.
struct OptionsError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One for each thing that is wrong.
  let messages: [String]
  /// Whether the same question may be answered later.
  var isUnavailable = false

  init(messages: [String]) { self.messages = messages }

  init(unavailable message: String) {
    messages = [message]
    isUnavailable = true
  }

  /// As Rundeck's API says it.
  var description: String { "Job options were not valid: " + messages.joined(separator: "; ") }
}
