extension EffectiveConfiguration {
  /// What `--check-config` prints: every key as a `.properties` file would have it, with where its value came from;
  /// secrets as `********`.
  public var listing: String {
    let lines = schema.keys.map(line(of:)) + schema.families.flatMap(lines(of:))
    return lines.map { $0 + "\n" }.joined()
  }

  private func line(of key: any DescribedKey) -> String {
    guard let setting = settings[key.name] else {
      let text = key.defaultText ?? ""
      return Self.line(key.name, key.isSecret && !text.isEmpty ? Self.mask : text, "default")
    }
    let isMasked = key.isSecret && !setting.text.isEmpty
    return Self.line(key.name, isMasked ? Self.mask : setting.text, setting.origin)
  }

  private func lines(of family: ConfigurationFamily) -> [String] {
    (families[family.prefix] ?? [:]).sorted { $0.key < $1.key }.map { name, setting in
      Self.line(
        family.prefix + name, family.isSecret ? Self.mask : setting.text, setting.origin)
    }
  }

  private static let mask = "********"

  private static func line(_ name: String, _ text: String, _ origin: String) -> String {
    "# \(origin)\n\(name) = \(text)"
  }
}

extension ConfigurationSchema {
  /// Every key with what it does, its default, what is allowed and its environment variable, for `--help` and the
  /// administrator's page.
  public var reference: String {
    let described = keys.map { key in
      """
      \(key.name)
          \(key.documentation)
          Default: \(key.isSecret ? "none" : key.defaultText.map { $0.isEmpty ? "none" : $0 } ?? "none, must be given"). \
      Allowed: \(key.allowed). Environment: \(EnvironmentSource.variable(for: key.name))
      """
    }
    return (described + families.map { "\($0.prefix)NAME\n    \($0.documentation)" })
      .joined(separator: "\n") + "\n"
  }
}
