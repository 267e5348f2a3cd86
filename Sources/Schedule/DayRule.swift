/// Which days of a month a cron expression names: what its day-of-month and day-of-week fields say
/// together. Days of the week count from 0, Sunday.
enum DayRule: Sendable, Hashable {
  /// Bit n is day n.
  case days(UInt32)
  /// Bit n is weekday n.
  case weekdays(UInt8)
  /// `L`, `L-n`: so many days before the last one.
  case last(before: UInt8)
  /// `LW`, `L-nW`: the working day nearest to that.
  case lastWorkingDay(before: UInt8)
  /// `15W`: the working day nearest to that day, within the month.
  case nearestWorkingDay(UInt8)
  /// `6L`: the last such weekday.
  case lastWeekday(UInt8)
  /// `6#3`: the third such weekday.
  case nthWeekday(UInt8, UInt8)

  /// The days of one month that fulfil the rule; bit n is day n.
  func mask(year: Int, month: Int) -> UInt32 {
    let first = LocalDate(year: year, month: month, day: 1)
    let shape = MonthShape(length: first.monthLength, first: (first.number + 4) % 7)
    return switch self {
    case .days(let days): days & shape.allDays
    case .weekdays(let weekdays): shape.days(of: weekdays)
    case .last(let before): shape.bit(shape.length - Int(before))
    case .lastWorkingDay(let before): shape.workingDay(nearest: shape.length - Int(before))
    case .nearestWorkingDay(let day): shape.workingDay(nearest: Int(day))
    case .lastWeekday(let weekday): shape.lastDay(of: Int(weekday))
    case .nthWeekday(let weekday, let n):
      shape.bit(shape.firstDay(of: Int(weekday)) + 7 * Int(n) - 7)
    }
  }
}

/// A month's length and the weekday of its first day (0 is Sunday).
private struct MonthShape {
  let length: Int
  let first: Int

  /// Bits 1 to the length.
  var allDays: UInt32 { UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(length) - 1) << 1) }

  /// No bit for a day that this month does not have.
  func bit(_ day: Int) -> UInt32 { (1...length).contains(day) ? 1 << UInt32(day) : 0 }

  func firstDay(of weekday: Int) -> Int { 1 + (weekday - first + 7) % 7 }

  func lastDay(of weekday: Int) -> UInt32 {
    let day = firstDay(of: weekday)
    return bit(day + (length - day) / 7 * 7)
  }

  func days(of weekdays: UInt8) -> UInt32 {
    let week = UInt64(weekdays)
    let turned = (week >> UInt64(first) | week << UInt64(7 - first)) & 0x7F
    let weeks = turned | turned << 7 | turned << 14 | turned << 21 | turned << 28
    return UInt32(truncatingIfNeeded: weeks << 1) & allDays
  }

  /// Monday to Friday; never in another month.
  func workingDay(nearest day: Int) -> UInt32 {
    guard (1...length).contains(day) else { return 0 }
    switch (first + day - 1) % 7 {
    case 6: return bit(day > 1 ? day - 1 : day + 2)
    case 0: return bit(day < length ? day + 1 : day - 2)
    default: return bit(day)
    }
  }
}
