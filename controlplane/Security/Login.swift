public import Cryptography
public import Model
public import Store
import Synchronization

/// Checks user names and passwords: against `realm.properties` first, then the stored users.
public final class Login: Sendable {
  /// What came of a try.
  public enum Outcome: Sendable, Hashable {
    case accepted(user: String, roles: [String])
    /// The name or the password is wrong; which of them is not said.
    case refused
    /// Too many failures: no try counts before that time has passed.
    case paused(Duration)
  }

  private let store: Store
  private let realm: RealmFile?
  private let throttle: Mutex<LoginThrottle>
  private let work = PasswordWork()
  private let hasher: PasswordHasher
  private let now: @Sendable () -> Instant

  /// `now` is any clock that goes forward; only differences count.
  public init(
    store: Store, realm: RealmFile? = nil, hasher: PasswordHasher = PasswordHasher(),
    throttle: LoginThrottle = LoginThrottle(), now: @escaping @Sendable () -> Instant
  ) {
    self.store = store
    self.realm = realm
    self.hasher = hasher
    self.throttle = Mutex(throttle)
    self.now = now
  }

  /// Tries a user name and password that came from `address`.
  public func attempt(
    user: String, password: String, address: String
  ) async throws(StoreError) -> Outcome {
    let before = now()
    if let pause = throttle.withLock({ $0.begin(user: user, address: address, at: before) }) {
      return .paused(pause)
    }
    defer { throttle.withLock { $0.ended(user: user) } }
    guard let roles = try await roles(user: user, password: password) else {
      let after = now()
      throttle.withLock { $0.failed(user: user, address: address, at: after) }
      return .refused
    }
    throttle.withLock { $0.succeeded(user: user) }
    return .accepted(user: user, roles: roles)
  }

  private func roles(user: String, password: String) async throws(StoreError) -> [String]? {
    if let entry = realm?.entry(user) {
      return await work.run { entry.password.matches(password) } ? entry.roles : nil
    }
    let record = try await store.ask.users.find(user)
    do throws(CryptographyError) {
      // An unknown name costs as much time as a wrong password, so that names cannot be found out.
      let hash = try PasswordHash(parsing: record?.passwordHash ?? Self.nobodysHash)
      let matches = try await hasher.verify(password, against: hash)
      return matches ? record?.roles : nil
    } catch {
      throw .corrupt(table: "user_account", column: "password_hash", value: "\(error)")
    }
  }

  /// A hash with the standard parameters that no password has.
  private static let nobodysHash =
    "$scrypt$ln=14,r=8,p=5$\(String(repeating: "A", count: 22))$\(String(repeating: "A", count: 43))"
}
