public import Model

extension JobOption {
  /// Whether its value is the key of an uploaded file.
  public var takesFile: Bool { isFile }

  /// Whether its value is the key of an uploaded file.
  var isFile: Bool { (type ?? kept["optionType"]?.scalarText)?.lowercased() == "file" }

  /// What joins several values.
  var separator: String { delimiter.flatMap { $0.isEmpty ? nil : $0 } ?? "," }

  /// The plugin that lists its values; nil without one. It goes before an address.
  var valuesPlugin: String? {
    kept["optionValuesPluginType"]?.scalarText.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether its values, or some of them, are known to a server or a plugin.
  var hasRemoteValues: Bool { valuesPlugin != nil || remoteAddress != nil }

  /// The address that its values are fetched from; nil without one.
  var remoteAddress: String? {
    guard valuesPlugin == nil else { return nil }
    let text = valuesUrl.flatMap { $0.isEmpty ? nil : $0 } ?? kept["realValuesUrl"]?.scalarText
    return text.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether its value, or what it may be, is somewhere else than in the store.
  var asksServers: Bool { hasRemoteValues || secretPath != nil }

  /// Its static values: nil without any.
  var staticValues: [String]? { values.flatMap { $0.isEmpty ? nil : $0 } }

  /// The default, if it has one.
  var ownDefault: String? { defaultValue.flatMap { $0.isEmpty ? nil : $0 } }

  /// Whether it starts with all of its values.
  var startsWithAll: Bool { multivalued && multivalueAllSelected }

  /// The path of the secret that it starts with; only a secure option has one.
  var secretPath: String? { storagePath.flatMap { $0.isEmpty ? nil : $0 } }

  /// A value's parts: several for an option that takes several.
  func parts(of value: String) -> [String] {
    guard multivalued, let delimiter, !delimiter.isEmpty else { return [value] }
    return value.split(separator: delimiter).map(String.init)
  }
}
