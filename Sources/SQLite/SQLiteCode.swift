import Database

/// What an extended result code means for a caller. Source: sqlite.org/rescode.html.
enum SQLiteCode {
  static func code(_ extended: Int32) -> Failure.Code {
    switch extended {
    case 2067, 1555, 2579: .uniqueViolation  // CONSTRAINT_UNIQUE, _PRIMARYKEY, _ROWID
    default: primary[extended & 0xFF] ?? .programming
    }
  }

  private static let primary: [Int32: Failure.Code] = [
    5: .conflict,  // BUSY
    6: .conflict,  // LOCKED
    8: .storage,  // READONLY
    9: .cancelled,  // INTERRUPT
    10: .storage,  // IOERR
    11: .storage,  // CORRUPT
    13: .storage,  // FULL
    14: .unavailable,  // CANTOPEN
    19: .constraintViolation,  // CONSTRAINT
    26: .storage,  // NOTADB
  ]
}
