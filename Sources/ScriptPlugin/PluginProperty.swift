/// A setting that a provider declares in its `config`.
public struct PluginProperty: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case string = "String"
    case boolean = "Boolean"
    case integer = "Integer"
    case long = "Long"
    /// One of `values`.
    case select = "Select"
    /// One of `values` or anything else.
    case freeSelect = "FreeSelect"
    /// Several of `values`, joined by commas.
    case options = "Options"
  }

  /// Where a value may come from. Each level also takes what the one before it has.
  public enum Scope: String, Sendable, Hashable, CaseIterable {
    case framework = "Framework"
    case projectOnly = "ProjectOnly"
    case project = "Project"
    case instanceOnly = "InstanceOnly"
    case instance = "Instance"
  }

  /// What makes another text of a value that stands for it.
  public enum Conversion: String, Sendable, Hashable {
    /// The value is a path of the key storage.
    case keyStorage = "STORAGE_PATH_AUTOMATIC_READ"
    /// The value names a secure option: `option.name`.
    case secureOption = "PRIVATE_DATA_CONTEXT"
  }

  public var name: String
  public var kind: Kind
  public var title: String?
  public var description: String?
  public var required = false
  public var standard: String?
  public var values: [String] = []
  public var scope = Scope.instance
  /// Whether references without a value become nothing; otherwise they stay as they are.
  public var blankIfUnexpanded = true
  /// `renderingOptions`, as written.
  public var rendering: [String: String] = [:]

  public init(name: String, kind: Kind = .string) {
    self.name = name
    self.kind = kind
  }

  /// Nil for a value that is what it says, and for a conversion that nobody knows.
  public var conversion: Conversion? { rendering["valueConversion"].flatMap(Conversion.init) }

  /// What becomes of a value that cannot be converted: it is left out (`remove`) or stays (`skip`).
  public var conversionFailure: String? { rendering["valueConversionFailure"] }

  /// Whether its value must not be seen in output.
  public var isSecret: Bool { rendering["displayType"] == "PASSWORD" || conversion != nil }

  /// Whether a job's definition may give its value.
  public var isOfInstance: Bool { scope == .instance || scope == .instanceOnly }
}

extension PluginProperty {
  /// What is wrong with a value of a definition, nil when nothing is. One with references is judged when it is known.
  public func problem(with value: String?) -> String? {
    guard let value, !value.isEmpty else {
      return required && (standard ?? "").isEmpty ? "must have a value" : nil
    }
    if value.contains("${") || conversion != nil { return nil }
    switch kind {
    case .string, .freeSelect: return nil
    case .boolean: return ["true", "false"].contains(value) ? nil : "must be true or false"
    case .integer: return Int32(value) == nil ? "must be a whole number of 32 bits" : nil
    case .long: return Int64(value) == nil ? "must be a whole number" : nil
    case .select: return values.contains(value) ? nil : allowed
    case .options:
      let chosen = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return chosen.allSatisfy(values.contains) ? nil : allowed
    }
  }

  private var allowed: String { "must be one of \(values.joined(separator: ", "))" }
}
