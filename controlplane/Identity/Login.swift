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
      if await work.run({ entry.password.matches(password) }) { return entry.roles }
      _ = try await matches(password, Self.nobodysHash)
      return nil
    }
    let record = try await store.ask.users.find(user)
    return try await matches(password, record?.passwordHash ?? Self.nobodysHash)
      ? record?.roles : nil
  }

  /// An unknown name, and a wrong password in the realm file, cost as much time as a wrong password of a
  /// stored user: so names cannot be found out.
  private func matches(_ password: String, _ text: String) async throws(StoreError) -> Bool {
    do throws(CryptographyError) {
      return try await hasher.verify(password, against: try PasswordHash(parsing: text))
    } catch {
      throw .corrupt(table: "user_account", column: "password_hash", value: "\(error)")
    }
  }

  /// A hash with the standard parameters that no password has.
  private static let nobodysHash =
    "$scrypt$ln=14,r=8,p=5$\(String(repeating: "A", count: 22))$\(String(repeating: "A", count: 43))"
}
