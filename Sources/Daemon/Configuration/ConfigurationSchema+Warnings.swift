extension ConfigurationSchema {
  /// Unknown keys with the nearest known one, and keys that the file gives more than once.
  func warnings(
    _ document: PropertiesDocument, file: String, environment: [String: String]
  ) -> [String] {
    let replaced = document.replacedEntries.map {
      "\($0.key) (\(file) line \($0.line)) is given again further down; the last one counts"
    }
    let unknown = document.lastEntries.values.sorted { $0.line < $1.line }
      .filter { !names.contains($0.key) && family(of: $0.key) == nil }
      .map { unknownKey($0.key, "\(file) line \($0.line)", among: names) }
    return replaced + unknown + unknownVariables(in: environment)
  }

  /// Variables that are meant for this program by their prefix, and say nothing.
  private func unknownVariables(in environment: [String: String]) -> [String] {
    let known = names.map(EnvironmentSource.variable(for:))
    return environment.keys.sorted()
      .filter { $0.hasPrefix("QUARTERDECK_") && !known.contains($0) }
      .map { unknownKey($0, "environment", among: known) }
  }

  private func unknownKey(_ name: String, _ origin: String, among known: [String]) -> String {
    let hint = NearMiss.nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
    return "\(name) (\(origin)) is not a known key and has no effect\(hint)"
  }
}
