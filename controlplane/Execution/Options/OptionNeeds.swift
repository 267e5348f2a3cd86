import Model

/// What must be asked before the options of a run can be resolved. Pure.
struct OptionNeeds: Sendable {
  /// Options whose secret is stored elsewhere.
  var secrets: [JobOption] = []
  /// Keys of uploaded files.
  var files: [String] = []
  /// Options whose values a server or a plugin has.
  var remote: [JobOption] = []

  init(of options: [JobOption], given: [String: String], resolver: OptionResolver) {
    for option in options {
      let value = resolver.value(of: option, given: given[option.name])
      if option.isFile, let value, !value.isEmpty { files.append(value) }
      let isMissing = value == nil || option.required && value == ""
      if isMissing, option.secure, option.secretPath != nil { secrets.append(option) }
      if option.hasRemoteValues, Self.isAsked(option, value) { remote.append(option) }
    }
  }

  var isEmpty: Bool { secrets.isEmpty && files.isEmpty && remote.isEmpty }

  /// Values are fetched where one of them is to be checked that the definition itself does not allow, and where all of them
  /// are the default.
  private static func isAsked(_ option: JobOption, _ value: String?) -> Bool {
    guard let value else { return option.startsWithAll }
    guard option.enforced, !value.isEmpty else { return false }
    guard let known = option.staticValues else { return true }
    return !option.parts(of: value).allSatisfy(known.contains)
  }
}
