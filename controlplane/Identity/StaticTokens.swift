import Cryptography

/// The file that `rundeck.tokens.file` names: lines of `user: token,role1,role2`.
///
/// A line without roles gives the role `api_token_group`, as Rundeck does. The file is read again when
/// it changed, so a removed line ends its token at once.
public final class StaticTokens: Sendable {
  struct Entry: Sendable {
    let user: String
    let roles: Set<String>
  }

  /// The role of a token whose line names none.
  public static let defaultRole = "api_token_group"
  private let file: WatchedFile<[String: Entry]>

  public init(path: String) {
    file = WatchedFile(path: path, parse: Self.entries)
  }

  /// Why the file cannot be read now, in the system's words; nil when it can be. It counts as empty then.
  public var problem: String? { file.problem }

  /// Whom the token stands for, or nil when the file has no such token.
  public func principal(for token: String) -> Principal? {
    file.current[TokenDigest.of(token)].map {
      Principal(user: $0.user, roles: $0.roles, credential: .staticToken)
    }
  }

  /// The entries by the digest of their token, so that a look-up compares digests only.
  static func entries(_ text: String) -> [String: Entry] {
    var entries: [String: Entry] = [:]
    for (user, value) in PropertyLines(text).entries {
      let parts = PropertyLines.parts(value)
      guard let token = parts.first, !token.isEmpty, !user.isEmpty else { continue }
      let roles = Set(parts.dropFirst().filter { !$0.isEmpty })
      entries[TokenDigest.of(token)] = Entry(
        user: user, roles: roles.isEmpty ? [defaultRole] : roles)
    }
    return entries
  }
}
