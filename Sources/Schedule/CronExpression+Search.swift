extension CronExpression {
  static let secondsPerDay: Int64 = 86_400

  /// The first local time that fulfils the expression and is not before `label`; nil when there is none
  /// up to the end of the last year.
  ///
  /// Local times are counted as if every day had 24 hours: seconds since 1970-01-01 00:00 on the local
  /// clock. Nothing is scanned second by second: a search touches at most the months of the years that are
  /// left.
  func next(from label: Int64) -> Int64? {
    let start = max(label, 0)
    guard start < Self.end else { return nil }
    let number = Int(start / Self.secondsPerDay)
    let date = LocalDate(number: number)
    var later: UInt32 = 0
    if years.contains(date.year), months >> UInt16(date.month) & 1 == 1 {
      let mask = days.mask(year: date.year, month: date.month)
      if mask >> UInt32(date.day) & 1 == 1,
        let time = time(from: Int(start % Self.secondsPerDay))
      {
        return Int64(number) * Self.secondsPerDay + Int64(time)
      }
      later = mask & (.max << UInt32(date.day)) & ~(1 << UInt32(date.day))
    }
    if later != 0 { return begin(number - date.day + later.trailingZeroBitCount) }
    return day(afterMonthOf: date).map(begin)
  }

  /// The first local second after the last year.
  private static let end =
    Int64(
      LocalDate(year: CronField.year.values.upperBound + 1, month: 1, day: 1).number)
    * secondsPerDay

  private func begin(_ number: Int) -> Int64 {
    Int64(number) * Self.secondsPerDay + Int64(firstTime)
  }

  private func day(afterMonthOf date: LocalDate) -> Int? {
    var year = date.year
    var rest = years.contains(year) ? months & (.max << UInt16(date.month + 1)) : 0
    while true {
      while rest != 0 {
        let month = rest.trailingZeroBitCount
        let mask = days.mask(year: year, month: month)
        if mask != 0 {
          return LocalDate(year: year, month: month, day: mask.trailingZeroBitCount).number
        }
        rest &= rest - 1
      }
      guard let next = years.next(from: year + 1) else { return nil }
      year = next
      rest = months
    }
  }

  private var firstTime: Int {
    hours.trailingZeroBitCount * 3_600 + minutes.trailingZeroBitCount * 60
      + seconds.trailingZeroBitCount
  }

  /// The first time of day, in seconds, that is not before `second` of the day.
  private func time(from second: Int) -> Int? {
    let hour = second / 3_600
    if hours >> UInt32(hour) & 1 == 1, let rest = timeOfHour(from: second - hour * 3_600) {
      return hour * 3_600 + rest
    }
    let later = hours & (.max << UInt32(hour + 1))
    guard later != 0 else { return nil }
    return later.trailingZeroBitCount * 3_600 + minutes.trailingZeroBitCount * 60
      + seconds.trailingZeroBitCount
  }

  private func timeOfHour(from second: Int) -> Int? {
    let minute = second / 60
    if minutes >> UInt64(minute) & 1 == 1 {
      let later = seconds & (.max << UInt64(second - minute * 60))
      if later != 0 { return minute * 60 + later.trailingZeroBitCount }
    }
    let later = minutes & (.max << UInt64(minute + 1))
    guard later != 0 else { return nil }
    return later.trailingZeroBitCount * 60 + seconds.trailingZeroBitCount
  }
}
