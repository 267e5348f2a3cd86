// A session is one connection of a process to the server; a process gives all of its own one name.

extension Dialect {
  /// Whether processes have sessions at the engine that others can see and end.
  public var hasSessions: Bool { sessions != nil }

  /// The statement that ends all other sessions of this role with one of the names that `names`, a query
  /// of one text column, answers: their transactions are rolled back and their locks given up.
  /// It answers one row for each. Nil where the engine has no sessions.
  public func endSessions(
    namedBy names: String, _ arguments: [DatabaseValue] = []
  ) -> Statement? {
    sessions.map {
      Statement(
        """
        SELECT pg_terminate_backend(session.pid) AS ended \($0)
          AND session.application_name IN (\(names))
        """, arguments)
    }
  }

  /// `endSessions(namedBy:_:)` for one name.
  public func endSessions(named name: String) -> Statement? {
    endSessions(namedBy: "$1", [.text(name)])
  }

  /// The statement that answers how many other sessions of this role have that name, as `count`. Nil where
  /// the engine has no sessions.
  public func countSessions(named name: String) -> Statement? {
    sessions.map {
      Statement(
        "SELECT COUNT(*) AS count \($0) AND session.application_name = $1", [.text(name)])
    }
  }

  /// The statement that makes the rest of this transaction fail with `conflict` when it waits for a lock
  /// longer than that. Nil where transactions wait for each other as a whole.
  public func limitLockWaits(to limit: Duration) -> Statement? {
    guard hasSessions else { return nil }
    let (seconds, attoseconds) = limit.components
    let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    return Statement(
      "SELECT set_config('lock_timeout', $1, true) AS lock_timeout", [.text("\(milliseconds)")])
  }

  /// The statement that lets the rest of this transaction sort so much in memory. Nil where that is not for a
  /// transaction to say.
  public func sortInMemory(mebibytes: Int) -> Statement? {
    guard hasSessions else { return nil }
    return Statement(
      "SELECT set_config('work_mem', $1, true) AS work_mem", [.text("\(mebibytes)MB")])
  }
}
