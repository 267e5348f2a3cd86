import Database

/// Which statements one connection has prepared: text and argument types → name. Bounded; what was used
/// longest ago leaves first.
struct PreparedStatements {
  struct Key: Hashable {
    let sql: String
    let types: [UInt32]
  }

  private let limit: Int
  private var entries: [Key: (name: String, used: UInt64)] = [:]
  private var clock: UInt64 = 0
  private var created: UInt64 = 0

  init(limit: Int) { self.limit = limit }

  /// The name under which `key` is prepared, or nil.
  mutating func name(of key: Key) -> String? {
    guard let name = entries[key]?.name else { return nil }
    clock += 1
    entries[key]?.used = clock
    return name
  }

  /// Takes `key` in under a new name that the connection never had.
  mutating func insert(_ key: Key) -> String {
    clock += 1
    created += 1
    let name = "s\(created)"
    entries[key] = (name, clock)
    return name
  }

  /// Forgets `key`, whose preparation failed or never happened.
  mutating func remove(_ key: Key) { entries[key] = nil }

  /// Forgets what is above the limit, and says the names to deallocate.
  mutating func evict() -> [String] {
    guard entries.count > limit else { return [] }
    let oldest = entries.sorted { $0.value.used < $1.value.used }.prefix(
      entries.count - limit * 3 / 4)
    for (key, _) in oldest { entries[key] = nil }
    return oldest.map(\.value.name)
  }

  /// Whether a text is worth a prepared statement: questions and writes are asked again, the rest
  /// (CREATE, LISTEN, …) is not.
  static func isRepeatable(_ sql: String) -> Bool {
    let start = sql.utf8.drop { $0 <= 0x20 }.prefix(2).map { $0 | 0x20 }
    return start.count == 2 && repeatable.contains(start)
  }

  /// How SELECT, INSERT, UPDATE, DELETE, WITH, BEGIN, COMMIT and ROLLBACK begin.
  private static let repeatable = Set(
    ["se", "in", "up", "de", "wi", "be", "co", "ro"].map { Array($0.utf8) })
}
