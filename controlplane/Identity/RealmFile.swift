/// Users of a `realm.properties` file: lines of `user: password,role1,role2`, the password plain or
/// with `MD5:`, `OBF:`, `CRYPT:` or `BCRYPT:` before it. The file is read again when it changed.
///
/// As with Rundeck's reloadable login module, the user's name is not added to the roles.
public final class RealmFile: Sendable {
  struct Entry: Sendable {
    let password: RealmPassword
    let roles: [String]
  }

  private let file: WatchedFile<[String: Entry]>

  public init(path: String) {
    file = WatchedFile(path: path, parse: Self.entries)
  }

  /// Why the file cannot be read now, in the system's words; nil when it can be. It counts as empty then.
  public var problem: String? { file.problem }

  func entry(_ user: String) -> Entry? { file.current[user] }

  static func entries(_ text: String) -> [String: Entry] {
    var entries: [String: Entry] = [:]
    for (user, value) in PropertyLines(text).entries where !user.isEmpty {
      let parts = PropertyLines.parts(value)
      guard let password = parts.first, !password.isEmpty else { continue }
      entries[user] = Entry(
        password: RealmPassword(password), roles: parts.dropFirst().filter { !$0.isEmpty })
    }
    return entries
  }
}
