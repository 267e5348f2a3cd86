import Configuration

/// A provider together with the place that its values come from.
protocol ConfigurationSource: Sendable {
  /// The setting of a key by its name, nil when this source has none.
  func setting(named name: String) -> EffectiveConfiguration.Setting?
}

/// The environment: `rundeck.server.uuid` is `RUNDECK_SERVER_UUID`, `grails.serverURL` is `GRAILS_SERVERURL`: letters in
/// upper case, everything that is neither letter nor digit an underscore.
struct EnvironmentSource: ConfigurationSource {
  private let provider: KeyMappingProvider<EnvironmentVariablesProvider>

  init(_ environment: [String: String]) {
    // swift-configuration puts an underscore where the case changes; names in one case have no such place.
    provider = EnvironmentVariablesProvider(environmentVariables: environment).mapKeys { key in
      AbsoluteConfigKey(key.components.map { $0.lowercased() }, context: key.context)
    }
  }

  static func variable(for name: String) -> String {
    String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }

  func setting(named name: String) -> EffectiveConfiguration.Setting? {
    guard let text = provider.text(of: name) else { return nil }
    return .init(text: text.trimmingWhitespace(), origin: "environment \(Self.variable(for: name))")
  }
}

struct FileSource: ConfigurationSource {
  let provider: PropertiesProvider

  func setting(named name: String) -> EffectiveConfiguration.Setting? {
    guard let text = provider.text(of: name) else { return nil }
    let line = provider.entries[name].map { " line \($0.line)" } ?? ""
    return .init(text: text, origin: provider.file + line)
  }
}

extension ConfigProvider {
  /// The text of a key, whose name's dots separate swift-configuration's components.
  func text(of name: String) -> String? {
    let components = name.split(separator: ".").map(String.init)
    let found = try? value(forKey: AbsoluteConfigKey(components), type: .string).value?.content
    guard case .string(let text)? = found else { return nil }
    return text
  }
}
