import Database

/// The triggers that write `execution_change`. They do nothing while an execution has not ended.
enum HistoryTriggers {
  static func sql(_ dialect: Dialect) -> [String] {
    dialect.name == "sqlite" ? sqlite : postgreSQL
  }

  private static func insertion(of row: String, sign: Int) -> String {
    "INSERT INTO execution_change (\(HistorySQL.changeColumns)) "
      + "SELECT \(HistorySQL.values(of: row, sign: sign))"
  }

  private static let old = HistorySQL.counted("OLD.")
  private static let new = HistorySQL.counted("NEW.")

  /// One function; which rows it is called for is in each trigger's WHEN.
  private static let postgreSQL = [
    """
    CREATE FUNCTION note_execution_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP <> 'INSERT' THEN
        IF \(old) THEN \(insertion(of: "OLD", sign: -1)); END IF;
      END IF;
      IF TG_OP <> 'DELETE' THEN
        IF \(new) THEN \(insertion(of: "NEW", sign: 1)); END IF;
      END IF;
      RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER execution_inserted AFTER INSERT ON execution FOR EACH ROW
    WHEN (\(new)) EXECUTE FUNCTION note_execution_change()
    """,
    """
    CREATE TRIGGER execution_deleted AFTER DELETE ON execution FOR EACH ROW
    WHEN (\(old)) EXECUTE FUNCTION note_execution_change()
    """,
    """
    CREATE TRIGGER execution_updated AFTER UPDATE ON execution FOR EACH ROW
    WHEN ((\(old) OR \(new)) AND (\(differs("IS DISTINCT FROM"))))
    EXECUTE FUNCTION note_execution_change()
    """,
  ]

  private static let sqlite = [
    """
    CREATE TRIGGER execution_inserted AFTER INSERT ON execution WHEN \(new)
    BEGIN \(insertion(of: "NEW", sign: 1)); END
    """,
    """
    CREATE TRIGGER execution_deleted AFTER DELETE ON execution WHEN \(old)
    BEGIN \(insertion(of: "OLD", sign: -1)); END
    """,
    """
    CREATE TRIGGER execution_updated AFTER UPDATE ON execution
    WHEN (\(old) OR \(new)) AND (\(differs("IS NOT")))
    BEGIN
      \(insertion(of: "OLD", sign: -1)) WHERE \(old);
      \(insertion(of: "NEW", sign: 1)) WHERE \(new);
    END
    """,
  ]

  private static func differs(_ comparison: String) -> String {
    HistorySQL.watched.map { "OLD.\($0) \(comparison) NEW.\($0)" }.joined(separator: " OR ")
  }
}
