extension DayRule {
  /// Reads the two day fields, of which exactly one must be `?`, as Quartz has it. The texts are in
  /// capitals.
  init(dayOfMonth: String, dayOfWeek: String) throws(ScheduleError) {
    switch (dayOfMonth == "?", dayOfWeek == "?") {
    case (true, true):
      throw CronField.dayOfWeek.error(
        "?", "the day of month is ? already, and only one of the two days can be left open")
    case (false, false):
      throw CronField.dayOfWeek.error(
        dayOfWeek,
        "a day of month and a day of week cannot both be given: write ? for the one that does "
          + "not matter")
    case (false, true): self = try Self.ofMonth(dayOfMonth)
    case (true, false): self = try Self.ofWeek(dayOfWeek)
    }
  }

  static func ofMonth(_ text: String) throws(ScheduleError) -> DayRule {
    let parser = CronFieldParser(field: .dayOfMonth)
    guard text.contains("L") || text.contains("W") else {
      return .days(UInt32(truncatingIfNeeded: try parser.mask(text)))
    }
    if text.contains(",") {
      throw CronField.dayOfMonth.error(text, "L and W cannot stand in a list")
    }
    if text.hasPrefix("L") { return try ofEnd(text.dropFirst(), in: text) }
    guard text.hasSuffix("W"), text.utf8.first.map({ (0x30...0x39).contains($0) }) == true else {
      throw CronField.dayOfMonth.error(text, "W follows one day, as in 15W, and L stands alone")
    }
    return .nearestWorkingDay(UInt8(try parser.value(text.dropLast(), in: text[...])))
  }

  /// What follows the `L`: nothing, `W`, `-n` or `-nW`.
  private static func ofEnd(_ rest: Substring, in text: String) throws(ScheduleError) -> DayRule {
    let isWorkingDay = rest.hasSuffix("W")
    let distance = isWorkingDay ? rest.dropLast() : rest
    var days = 0
    if !distance.isEmpty {
      guard distance.hasPrefix("-"), distance.count > 1,
        let number = CronFieldParser(field: .dayOfMonth).number(distance.dropFirst()), number <= 30
      else {
        throw CronField.dayOfMonth.error(
          text, "after L comes nothing, W, or - and a number of days up to 30")
      }
      days = number
    }
    return isWorkingDay ? .lastWorkingDay(before: UInt8(days)) : .last(before: UInt8(days))
  }

  static func ofWeek(_ text: String) throws(ScheduleError) -> DayRule {
    let parser = CronFieldParser(field: .dayOfWeek)
    let isNth = text.contains("#")
    guard isNth || text.contains("L") else {
      return .weekdays(UInt8(truncatingIfNeeded: try parser.mask(text) >> 1))
    }
    if text.contains(",") {
      throw CronField.dayOfWeek.error(text, "L and # cannot stand in a list")
    }
    if isNth { return try nth(text) }
    if text == "L" { return .weekdays(1 << 6) }  // the last day of the week: Saturday
    guard text.hasSuffix("L") else {
      throw CronField.dayOfWeek.error(text, "L comes last, as in 6L")
    }
    return .lastWeekday(UInt8(try parser.value(text.dropLast(), in: text[...]) - 1))
  }

  private static func nth(_ text: String) throws(ScheduleError) -> DayRule {
    let parser = CronFieldParser(field: .dayOfWeek)
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let weekday = try parser.value(parts[0], in: text[...])
    guard parts[1].count == 1, let nth = parser.number(parts[1]), (1...5).contains(nth) else {
      throw CronField.dayOfWeek.error(
        text, "after # comes 1 to 5: the first to the fifth in the month")
    }
    return .nthWeekday(UInt8(weekday - 1), UInt8(nth))
  }
}
