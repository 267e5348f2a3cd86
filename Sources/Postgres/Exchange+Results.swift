import CLibPQ
import Database

extension Exchange {
  /// Takes the next result that the server sent for this exchange.
  func take(_ result: OpaquePointer, for connection: PostgresConnection) {
    guard position < expected.count else { return }
    let item = expected[position]
    position += 1
    let status = PQresultStatus(result)
    let succeeded = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK
    if !succeeded {
      if case .prepared(let key) = item { connection.prepared.remove(key) }
      if status != PGRES_PIPELINE_ABORTED { fail(result, item) }
      return
    }
    guard case .answer = item, failure == nil else { return }
    do throws(DatabaseError) {
      results.append(try StatementResult(result))
    } catch {
      failure = error
    }
  }

  private func fail(_ result: OpaquePointer, _ item: Expected) {
    let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
    let text = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
    let detail = PQresultErrorField(result, Int32(UInt8(ascii: "D"))).map {
      " " + String(cString: $0)
    }
    let error = DatabaseError(
      code: SQLState.code(state), engineCode: state,
      message: (text ?? String(cString: PQresultErrorMessage(result))) + (detail ?? ""),
      sql: sql(of: item))
    failure = failure ?? error
  }

  private func sql(of item: Expected) -> String? {
    switch item {
    case .prepared(let key): key.sql
    case .answer(let index): statements[index].sql
    case .acknowledgement: nil
    }
  }
}

extension StatementResult {
  /// Copies what libpq holds.
  fileprivate init(_ result: OpaquePointer) throws(DatabaseError) {
    let columns = (0..<PQnfields(result)).map { String(cString: PQfname(result, $0)) }
    let types = (0..<PQnfields(result)).map { PQftype(result, $0) }
    var rows: [Row] = []
    rows.reserveCapacity(Int(PQntuples(result)))
    for row in 0..<PQntuples(result) {
      var values: [DatabaseValue] = []
      values.reserveCapacity(columns.count)
      for column in 0..<Int32(columns.count) {
        let type = types[Int(column)]
        guard let value = Self.value(result, row, column, type) else {
          throw DatabaseError(
            code: .programming,
            message: "column \(columns[Int(column)]) has type \(type), which no value here can hold"
          )
        }
        values.append(value)
      }
      rows.append(Row(columns: columns, values: values))
    }
    self.init(rows: rows, changes: Self.changes(result))
  }

  private static func value(
    _ result: OpaquePointer, _ row: Int32, _ column: Int32, _ type: UInt32
  ) -> DatabaseValue? {
    if PQgetisnull(result, row, column) == 1 { return .null }
    let bytes = UnsafeRawBufferPointer(
      start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
    return BinaryValue.decode(bytes, type: type)
  }

  /// The number in the command's tag; a SELECT's counts rows, not changes.
  private static func changes(_ result: OpaquePointer) -> Int {
    guard let tag = PQcmdStatus(result), tag.pointee != CChar(UInt8(ascii: "S")) else { return 0 }
    return Int(String(cString: PQcmdTuples(result))) ?? 0
  }
}
