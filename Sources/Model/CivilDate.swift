/// A date and time of day in UTC, without a zone's rules: what an instant is in the proleptic Gregorian
/// calendar.
///
/// The conversion between days and dates works on 400-year eras that begin on the first of March, so that
/// the leap day is the last of its year.
public struct CivilDate: Sendable, Hashable {
  public var year: Int
  /// 1 to 12.
  public var month: Int
  /// 1 to 31.
  public var day: Int
  /// 0 to 23.
  public var hour: Int
  /// 0 to 59.
  public var minute: Int
  /// 0 to 59.
  public var second: Int
  /// 0 to 999,999.
  public var microsecond: Int

  public init(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
    microsecond: Int = 0
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.microsecond = microsecond
  }

  /// Whether every field is in its range and the month has that day.
  public var isValid: Bool {
    (1...12).contains(month) && (1...Self.days(inMonth: month, of: year)).contains(day)
      && (0...23).contains(hour) && (0...59).contains(minute) && (0...59).contains(second)
      && (0...999_999).contains(microsecond)
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    return switch month {
    case 2: isLeap ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension CivilDate {
  private static let daysPerEra = 146_097
  /// Days from 0000-03-01 to 1970-01-01.
  private static let daysToUnixEpoch = 719_468

  /// The date and time at `instant`.
  public init(_ instant: Instant) {
    let perDay: Int64 = 86_400_000_000
    let signed = instant.microseconds % perDay
    let days = Int(instant.microseconds / perDay) - (signed < 0 ? 1 : 0)
    let rest = Int(signed < 0 ? signed + perDay : signed)
    let (year, month, day) = Self.date(daysSinceUnixEpoch: days)
    self.init(
      year: year, month: month, day: day,
      hour: rest / 3_600_000_000, minute: rest / 60_000_000 % 60, second: rest / 1_000_000 % 60,
      microsecond: rest % 1_000_000)
  }

  /// The instant of this date and time; the fields must be valid.
  public var instant: Instant {
    let seconds = daysSinceUnixEpoch * 86_400 + hour * 3_600 + minute * 60 + second
    return Instant(microseconds: Int64(seconds) * 1_000_000 + Int64(microsecond))
  }

  private var daysSinceUnixEpoch: Int {
    let yearFromMarch = month <= 2 ? year - 1 : year
    let era = (yearFromMarch >= 0 ? yearFromMarch : yearFromMarch - 399) / 400
    let yearOfEra = yearFromMarch - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * Self.daysPerEra + dayOfEra - Self.daysToUnixEpoch
  }

  private static func date(daysSinceUnixEpoch: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = daysSinceUnixEpoch + daysToUnixEpoch
    let era = (shifted >= 0 ? shifted : shifted - daysPerEra + 1) / daysPerEra
    let dayOfEra = shifted - era * daysPerEra
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}
