/// What requests are signed with. Its descriptions have no secret in them.
public struct S3Credentials: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  /// The public half.
  public let accessKey: String
  /// The secret half.
  public let secretKey: String
  /// Goes with temporary credentials.
  public let sessionToken: String?
  /// When they expire, in seconds since 1970; nil is never.
  public let expiry: Int64?
  /// Where they were found, for a human.
  public let source: String

  /// Credentials.
  public init(
    accessKey: String, secretKey: String, sessionToken: String? = nil, expiry: Int64? = nil,
    source: String
  ) {
    self.accessKey = accessKey
    self.secretKey = secretKey
    self.sessionToken = sessionToken
    self.expiry = expiry
    self.source = source
  }

  public var description: String { "credentials from \(source)" }
  public var customMirror: Mirror { Mirror(self, children: ["source": source]) }
}

/// Gives credentials, and newer ones when a server has refused those.
public protocol S3CredentialsProvider: Sendable {
  /// Credentials that have not expired. `refused` are those that a server does not take any more; the same may come
  /// back when there are no others. Throws `noCredentials` or `expiredCredentials` when there are none.
  func credentials(replacing refused: S3Credentials?) async throws(S3Error) -> S3Credentials
}

/// Always the same credentials.
public struct FixedCredentials: S3CredentialsProvider {
  private let fixed: S3Credentials

  /// Gives these.
  public init(_ credentials: S3Credentials) { fixed = credentials }

  public func credentials(replacing refused: S3Credentials?) async throws(S3Error) -> S3Credentials
  {
    fixed
  }
}
