/// Who makes a request: a user name and the groups that the access rules speak of.
public struct Principal: Sendable, Hashable {
  /// What proved who it is.
  public enum Credential: Sendable, Hashable {
    /// A stored token, by its identifier (never its text).
    case token(id: String)
    /// A line of the static tokens file.
    case staticToken
    /// A web session, by the digest of its cookie.
    case session(digest: String)
  }

  public let user: String
  /// Rundeck's roles, also called groups.
  public let roles: Set<String>
  public let credential: Credential

  public init(user: String, roles: Set<String>, credential: Credential) {
    self.user = user
    self.roles = roles
    self.credential = credential
  }
}
