public import Cryptography
import Glibc
public import Store

/// Creates the user `admin` with a random password when the database has no user yet.
public struct FirstAdministrator: Sendable {
  /// Why the password could not be kept.
  public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
    public let path: String
    /// The system's error number.
    public let code: Int32
    public var description: String { "cannot write \(path): \(String(cString: strerror(code)))" }
  }

  /// The user's name.
  public static let username = "admin"
  /// The file in the state directory that keeps the password, readable by its owner only.
  public static let fileName = "initial-admin-password"

  private let store: Store
  private let stateDirectory: String
  private let hasher: PasswordHasher

  public init(store: Store, stateDirectory: String, hasher: PasswordHasher = PasswordHasher()) {
    self.hasher = hasher
    self.store = store
    self.stateDirectory = stateDirectory
  }

  /// The password when this call has created the user (the caller shows it once), or nil when there
  /// were users already. Of several members that start at once exactly one gets a password.
  ///
  /// The password is on the disk before the user exists, so none is lost when the process dies between
  /// the two. Takes a fraction of a second when it creates the user.
  ///
  /// Throws `CryptographyError`: then there is no user. Throws `StoreError`: then there may be one, since
  /// the answer to a commit can get lost, and the file has its password. Throws `FileError`: there is no
  /// user, or the named draft has its password.
  public func create() async throws -> String? {
    guard try await store.ask.users.isEmpty() else { return nil }
    let password = SecureRandom.token()
    let hash = try await hasher.hash(password).text
    let draft = "\(file).\(SecureRandom.uuid())"
    try Self.write(password + "\n", to: draft)
    let user = UserRecord(
      username: Self.username, passwordHash: hash, roles: ["admin", "user"])
    do throws(StoreError) {
      guard try await store.ask.users.insert(user) else {
        unlink(draft)
        return nil
      }
    } catch {
      rename(draft, file)
      throw error
    }
    guard rename(draft, file) == 0 else { throw FileError(path: draft, code: errno) }
    return password
  }

  private var file: String { "\(stateDirectory)/\(Self.fileName)" }

  private static func write(_ text: String, to path: String) throws(FileError) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw FileError(path: path, code: errno) }
    defer { close(file) }
    let bytes = Array(text.utf8)
    guard Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
      throw FileError(path: path, code: errno)
    }
  }
}
