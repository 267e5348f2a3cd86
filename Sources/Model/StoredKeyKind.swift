/// What is stored in the key storage, by the names of Rundeck's metadata.
public enum StoredKeyKind: String, Sendable, Hashable, CaseIterable {
  case privateKey = "private"
  case publicKey = "public"
  case password

  /// The media type that says so.
  public var contentType: String {
    switch self {
    case .privateKey: "application/octet-stream"
    case .publicKey: "application/pgp-keys"
    case .password: "application/x-rundeck-data-password"
    }
  }

  /// What a media type, in lower case and without its attributes, says; nil for any other.
  public init?(contentType: String) {
    guard let kind = Self.allCases.first(where: { $0.contentType == contentType }) else {
      return nil
    }
    self = kind
  }

  /// Whether nobody is ever given its content.
  public var isSecret: Bool { self != .publicKey }
}
