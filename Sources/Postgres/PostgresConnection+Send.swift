import CLibPQ
import Database

extension PostgresConnection {
  /// Queues all messages of an exchange in libpq; false when libpq refused one.
  func send(_ exchange: Exchange) -> Bool {
    guard let handle else { return false }
    for name in prepared.evict() {
      exchange.expected.append(.acknowledgement)
      guard sendPlain("DEALLOCATE \(name)") else { return false }
    }
    if let transaction = exchange.transaction, !transaction.begun {
      transaction.begun = true
      guard send(Statement("BEGIN"), answer: .acknowledgement, for: exchange) else { return false }
    }
    for (index, statement) in exchange.statements.enumerated() {
      guard send(statement, answer: .answer(index), for: exchange) else { return false }
    }
    return PQpipelineSync(handle) == 1
  }

  private func send(
    _ statement: Statement, answer: Exchange.Expected, for exchange: Exchange
  ) -> Bool {
    let parameters = Parameters(statement.arguments)
    guard PreparedStatements.isRepeatable(statement.sql) else {
      exchange.expected.append(answer)
      return sendUnprepared(statement.sql, parameters)
    }
    let key = PreparedStatements.Key(sql: statement.sql, types: parameters.types)
    var name = prepared.name(of: key)
    if name == nil {
      name = prepared.insert(key)
      exchange.expected.append(.prepared(key))
      let count = Int32(key.types.count)
      guard PQsendPrepare(handle, name, key.sql, count, key.types) == 1 else { return false }
    }
    exchange.expected.append(answer)
    return parameters.withPointers { values, lengths, formats in
      PQsendQueryPrepared(handle, name, Int32(values.count), values, lengths, formats, 1) == 1
    }
  }

  private func sendUnprepared(_ sql: String, _ parameters: Parameters) -> Bool {
    parameters.withPointers { values, lengths, formats in
      PQsendQueryParams(
        handle, sql, Int32(values.count), parameters.types, values, lengths, formats, 1) == 1
    }
  }

  private func sendPlain(_ sql: String) -> Bool {
    PQsendQueryParams(handle, sql, 0, nil, nil, nil, nil, 1) == 1
  }
}
