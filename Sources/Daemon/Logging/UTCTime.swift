import CLinux

/// RFC 3339 times in UTC, without a time zone database.
enum UTCTime {
  /// The wall clock in microseconds since 1970. Only for showing.
  static func now() -> Int64 { qd_wall_clock() }

  /// Such as `2026-11-22T16:45:59.123Z`.
  static func text(microseconds: Int64) -> String {
    let (days, inDay) = floorDivided(microseconds / 1000, by: 86_400_000, of: microseconds)
    let (year, month, day) = civil(daysSince1970: days)
    let seconds = inDay / 1000
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    let hour = padded(seconds / 3600, 2)
    let minute = padded(seconds / 60 % 60, 2)
    return "\(date)T\(hour):\(minute):\(padded(seconds % 60, 2)).\(padded(inDay % 1000, 3))Z"
  }

  private static func floorDivided(
    _ truncated: Int64, by divisor: Int64, of microseconds: Int64
  ) -> (Int64, Int64) {
    let milliseconds = microseconds < 0 && microseconds % 1000 != 0 ? truncated - 1 : truncated
    let rest = (milliseconds % divisor + divisor) % divisor
    return ((milliseconds - rest) / divisor, rest)
  }

  /// The Gregorian date of a day, counted in eras of 400 years that begin on 1 March.
  private static func civil(daysSince1970: Int64) -> (Int64, Int64, Int64) {
    let shifted = daysSince1970 + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
