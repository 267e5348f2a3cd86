extension Schedule {
  /// For certain hours. A label is due at the first second at which the clock shows it or a later one; that
  /// grows with the label, so the first label that the clock has not reached yet is the next one due.
  func localTime(after second: Int64) -> Int64? {
    let table = zone.table
    let piece = table.piece(at: second)
    var from = max(second + table.offsets[piece] + 1, table.reached[piece])
    while let label = cron.next(from: from) {
      let piece = table.piece(reaching: label)
      let first = table.firstLabel(of: piece)
      if label >= first { return label - table.offsets[piece] }
      let day = label - label % CronExpression.secondsPerDay
      let nextDay = day + CronExpression.secondsPerDay
      guard day >= table.reached[piece], nextDay <= first else { return table.starts[piece] }
      from = nextDay  // the whole day is left out
    }
    return nil
  }

  /// For every hour: the first second whose label fits, piece by piece.
  func elapsedTime(after second: Int64) -> Int64? {
    let table = zone.table
    var piece = table.piece(at: second)
    var from = second + table.offsets[piece] + 1
    while true {
      if isWithinHour(table.shift(into: piece)) { from = max(from, table.reached[piece]) }
      let label = cron.next(from: from)
      let end = table.endLabel(of: piece)
      if let label, label < end { return label - table.offsets[piece] }
      piece += 1
      guard piece < table.count else { return nil }
      let first = table.firstLabel(of: piece)
      if let label {
        if label < first, isWithinHour(table.shift(into: piece)) { return table.starts[piece] }
      } else if first >= from {
        return nil
      }
      from = first
    }
  }

  /// Whether an hourly rule has to mind a shift of so many seconds.
  private func isWithinHour(_ shift: Int64) -> Bool {
    pace == .hourly && shift != 0 && abs(shift) < 3_600
  }
}
