import Database

/// What an SQLSTATE means for a caller. Source: PostgreSQL's documentation, appendix A.
enum SQLState {
  /// The code for a failed statement. A statement that ends without an SQLSTATE lost its connection.
  static func code(_ state: String?) -> DatabaseError.Code {
    guard let state else { return .unavailable }
    return exact[state] ?? classes[String(state.prefix(2))] ?? .programming
  }

  /// Whether the server means "try another connection, at once": it is starting, stopping or full.
  static func isPassing(_ message: String) -> Bool {
    ["starting up", "shutting down", "too many clients", "recovery mode", "not yet accepting"]
      .contains { message.contains($0) }
  }

  /// Whether a connection that saw this must not serve another statement: it is gone, or its prepared
  /// statements no longer fit the schema.
  static func spoilsConnection(_ state: String?) -> Bool {
    guard let state else { return true }
    return code(state) == .unavailable || state == "0A000" || state == "26000"
  }

  private static let exact: [String: DatabaseError.Code] = [
    "23505": .uniqueViolation,
    "25006": .unavailable,  // a read-only transaction: the primary became a standby
    "40003": .unavailable,  // statement completion unknown
    "55P03": .conflict,  // lock not available
    "57014": .timeout,  // query cancelled (by statement_timeout; our own cancel has its own way)
    "57P01": .unavailable,  // admin shutdown
    "57P02": .unavailable,  // crash shutdown
    "57P03": .unavailable,  // cannot connect now
    "57P05": .unavailable,  // idle session timeout
    "25P03": .timeout,  // idle in transaction session timeout
    "0A000": .conflict,  // a cached plan that no longer fits: prepared anew on another connection
    "26000": .conflict,  // a prepared statement that is gone
  ]

  private static let classes: [String: DatabaseError.Code] = [
    "08": .unavailable,
    "23": .constraintViolation,
    "40": .conflict,
    "53": .storage,  // disk full, out of memory
    "58": .storage,  // system error
  ]
}
