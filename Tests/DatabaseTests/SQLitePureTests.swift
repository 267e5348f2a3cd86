import Database
import Testing

@testable import SQLite

@Suite struct SQLTextTests {
  @Test(arguments: [
    ("VALUES ($2, $1)", "VALUES (?2, ?1)"),
    ("SELECT '$1', \"$2\", `$3`, $4", "SELECT '$1', \"$2\", `$3`, ?4"),
    ("SELECT 'it''s $1' || $12", "SELECT 'it''s $1' || ?12"),
    ("SELECT 1 -- $1\n, $2", "SELECT 1 -- $1\n, ?2"),
    ("SELECT /* $1 ' */ $2", "SELECT /* $1 ' */ ?2"),
    ("SELECT a$1, $a, $", "SELECT a$1, $a, $"),
    ("SELECT 'ü$1', ü, $1", "SELECT 'ü$1', ü, ?1"),
    ("SELECT 'open $1", "SELECT 'open $1"),
    ("", ""),
  ])
  func `numbers are rewritten where they are arguments`(sql: String, expected: String) {
    #expect(SQLText(sql).text == expected)
  }

  @Test(arguments: [
    ("select 1", SQLText.Kind.query), ("-- a\n SELECT 'insert'", .query),
    ("WITH a AS (SELECT 1) SELECT * FROM a", .query), ("INSERT INTO t DEFAULT VALUES", .change),
    ("WITH a AS (SELECT 1) DELETE FROM t", .change), ("CREATE TABLE t (a)", .other),
    ("PRAGMA user_version", .other), ("VALUES (1)", .query), ("", .other),
  ])
  func `the keywords tell what a statement does`(sql: String, kind: SQLText.Kind) {
    #expect(SQLText(sql).kind == kind)
  }

  @Test(
    arguments: [
      (2067, DatabaseError.Code.uniqueViolation), (1555, .uniqueViolation),
      (787, .constraintViolation),
      (5, .conflict), (517, .conflict), (13, .storage), (778, .storage), (1, .programming),
    ] as [(Int32, DatabaseError.Code)])
  func `a result code tells what a caller may do`(extended: Int32, code: DatabaseError.Code) {
    #expect(SQLiteCode.code(extended) == code)
  }
}
