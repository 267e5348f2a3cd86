extension DataContext {
  /// The variables of the environment that hold exposed secure options, by option. One whose variable
  /// another value has too, or whose value is empty, is left out.
  var secretVariables: [String: String] {
    var variables: [String: String] = [:]
    guard !exposedSecureOptions.isEmpty else { return variables }
    let environment = environment()
    for name in exposedSecureOptions {
      let variable = Self.variable("option", name)
      guard let value = groups["option"]?[name], !value.isEmpty, environment[variable] == value
      else {
        continue
      }
      variables[name] = variable
    }
    return variables
  }
}
