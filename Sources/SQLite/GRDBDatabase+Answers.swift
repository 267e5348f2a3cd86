import Database
import GRDB
import GRDBSQLite

extension GRDB.Database {
  /// Runs one statement through GRDB's cache of prepared ones.
  ///
  /// Binding and reading go to SQLite directly: values travel between its memory and ours without
  /// GRDB's own in between, so that a blob is copied once each way.
  func answer(_ question: Question, _ text: SQLText) throws(Failure) -> Answer {
    let statement: GRDB.Statement
    do {
      statement = try cachedStatement(sql: text.text)
    } catch {
      throw Failure(error, sql: question.sql)
    }
    let handle = statement.sqliteStatement
    defer {
      sqlite3_reset(handle)
      sqlite3_clear_bindings(handle)
    }
    guard bind(question.arguments, to: handle) else { throw lastFailure(question.sql) }
    let rows = try step(handle, columns: statement.columnNames, question.sql)
    return Answer(rows: rows, changes: text.kind == .change ? changesCount : 0)
  }

  private func bind(_ arguments: [Value], to handle: SQLiteStatement) -> Bool {
    for (index, argument) in arguments.enumerated() {
      guard argument.bind(to: handle, at: CInt(index + 1)) == SQLITE_OK else { return false }
    }
    return true
  }

  private func step(
    _ handle: SQLiteStatement, columns: [String], _ sql: String
  ) throws(Failure) -> [AnswerRow] {
    var rows: [AnswerRow] = []
    while true {
      switch sqlite3_step(handle) {
      case SQLITE_DONE: return rows
      case SQLITE_ROW:
        let values = (0..<CInt(columns.count)).map { Value(handle, column: $0) }
        rows.append(AnswerRow(columns: columns, values: values))
      default: throw lastFailure(sql)
      }
    }
  }

  private func lastFailure(_ sql: String) -> Failure {
    let code = sqlite3_extended_errcode(sqliteConnection)
    let message = sqlite3_errmsg(sqliteConnection).map { String(cString: $0) }
    return Failure(
      code: SQLiteCode.code(code), engineCode: "\(GRDB.ResultCode(rawValue: code))",
      message: message ?? "no message", sql: sql)
  }
}

extension Value {
  /// SQLite's "copy it now" (`SQLITE_TRANSIENT`, a cast that Swift does not import).
  private static var copied: sqlite3_destructor_type {
    unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }

  fileprivate func bind(to handle: SQLiteStatement, at index: CInt) -> CInt {
    switch self {
    case .null: return sqlite3_bind_null(handle, index)
    case .integer(let value): return sqlite3_bind_int64(handle, index, value)
    case .real(let value): return sqlite3_bind_double(handle, index, value)
    case .text(let value):
      // An empty text may have no address, which SQLite would take for NULL.
      guard !value.isEmpty else { return sqlite3_bind_text(handle, index, "", 0, Self.copied) }
      return value.withCString {
        sqlite3_bind_text(handle, index, $0, CInt(value.utf8.count), Self.copied)
      }
    case .blob(let bytes):
      guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(handle, index, 0) }
      return bytes.withUnsafeBytes {
        sqlite3_bind_blob(handle, index, $0.baseAddress, CInt($0.count), Self.copied)
      }
    }
  }

  fileprivate init(_ handle: SQLiteStatement, column: CInt) {
    switch sqlite3_column_type(handle, column) {
    case SQLITE_INTEGER: self = .integer(sqlite3_column_int64(handle, column))
    case SQLITE_FLOAT: self = .real(sqlite3_column_double(handle, column))
    case SQLITE_TEXT:
      let start = sqlite3_column_text(handle, column)
      let count = Int(sqlite3_column_bytes(handle, column))
      self = .text(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
    case SQLITE_BLOB:
      let start = sqlite3_column_blob(handle, column)
      let count = Int(sqlite3_column_bytes(handle, column))
      self = .blob([UInt8](UnsafeRawBufferPointer(start: start, count: count)))
    default: self = .null
    }
  }
}

extension Failure {
  init(_ error: any Error, sql: String?) {
    if let known = error as? Failure {
      self = known
    } else if let error = error as? GRDB.DatabaseError {
      self.init(
        code: SQLiteCode.code(error.extendedResultCode.rawValue),
        engineCode: "\(error.extendedResultCode)", message: error.message ?? "no message", sql: sql)
    } else {
      self.init(code: .programming, message: "\(error)", sql: sql)
    }
  }
}
