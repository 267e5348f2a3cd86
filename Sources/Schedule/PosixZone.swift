/// The rule at the end of a time zone file, for the years after its table: a POSIX `TZ` text such as
/// `CET-1CEST,M3.5.0,M10.5.0/3`, with RFC 8536's longer times.
struct PosixZone: Hashable {
  /// Seconds east of UTC.
  var standard: Int64
  var daylight: Daylight?

  struct Daylight: Hashable {
    var offset: Int64
    var begin: YearDay
    var end: YearDay
  }

  /// A moment of each year, on the clock that is valid until then.
  struct YearDay: Hashable {
    enum Day: Hashable {
      /// `Jn`: 1 to 365, without leap days.
      case julian(Int)
      /// `n`: 0 to 365, with leap days.
      case ofYear(Int)
      /// `Mm.w.d`: the w-th (5: the last) weekday d, Sunday 0.
      case weekday(month: Int, week: Int, day: Int)
    }
    var day: Day
    /// Seconds after midnight, from -167 to 167 hours.
    var time: Int64
  }

  /// Nil for a text that is no such rule.
  init?(_ text: some StringProtocol) {
    var reader = PosixZoneReader(text)
    guard reader.name(), let west = reader.time() else { return nil }
    standard = -west
    if reader.isAtEnd { return }
    guard reader.name() else { return nil }
    let offset = reader.peek == "," ? standard + 3_600 : reader.time().map { -$0 }
    guard let offset, reader.skip(","), let begin = reader.yearDay(), reader.skip(","),
      let end = reader.yearDay(), reader.isAtEnd
    else { return nil }
    daylight = Daylight(offset: offset, begin: begin, end: end)
  }

  /// The changes of one year in order: when, and the offset from then on.
  func changes(in year: Int) -> [(start: Int64, offset: Int64)] {
    guard let daylight else { return [] }
    let begin = (daylight.begin.label(in: year) - standard, daylight.offset)
    let end = (daylight.end.label(in: year) - daylight.offset, standard)
    return begin.0 < end.0 ? [begin, end] : [end, begin]
  }
}

extension PosixZone.YearDay {
  /// Its local time, in seconds since 1970-01-01 00:00 of the local clock.
  func label(in year: Int) -> Int64 {
    let newYear = LocalDate(year: year, month: 1, day: 1).number
    let number =
      switch day {
      case .ofYear(let day): newYear + day
      case .julian(let day):
        newYear + day - 1
          + (day > 59 && LocalDate(year: year, month: 2, day: 1).monthLength == 29 ? 1 : 0)
      case .weekday(let month, let week, let day): Self.number(year, month, week, day)
      }
    return Int64(number) * 86_400 + time
  }

  private static func number(_ year: Int, _ month: Int, _ week: Int, _ weekday: Int) -> Int {
    let first = LocalDate(year: year, month: month, day: 1)
    let day = (weekday - (first.number + 4) % 7 + 7) % 7 + 7 * (week - 1)
    return first.number + (day >= first.monthLength ? day - 7 : day)
  }
}

/// Takes the parts off the front of such a text.
private struct PosixZoneReader {
  private var rest: Substring

  init(_ text: some StringProtocol) { rest = Substring(text) }

  var isAtEnd: Bool { rest.isEmpty }
  var peek: Character? { rest.first }

  mutating func skip(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  /// Three or more letters, or anything between angle brackets.
  mutating func name() -> Bool {
    if skip("<") {
      guard let end = rest.firstIndex(of: ">") else { return false }
      rest = rest[rest.index(after: end)...]
      return true
    }
    let letters = rest.prefix { $0.isASCII && $0.isLetter }
    rest = rest.dropFirst(letters.count)
    return letters.count >= 3
  }

  mutating func number(upTo limit: Int) -> Int? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard (1...3).contains(digits.count), let number = Int(digits), number <= limit else {
      return nil
    }
    rest = rest.dropFirst(digits.count)
    return number
  }

  /// `[+-]hh[:mm[:ss]]` in seconds.
  mutating func time() -> Int64? {
    let sign: Int64 = skip("-") ? -1 : 1
    if sign == 1 { _ = skip("+") }
    guard let hours = number(upTo: 167) else { return nil }
    var seconds = hours * 3_600
    for unit in [60, 1] where skip(":") {
      guard let part = number(upTo: 59) else { return nil }
      seconds += part * unit
    }
    return sign * Int64(seconds)
  }

  mutating func yearDay() -> PosixZone.YearDay? {
    guard let day = day() else { return nil }
    guard skip("/") else { return PosixZone.YearDay(day: day, time: 7_200) }
    return time().map { PosixZone.YearDay(day: day, time: $0) }
  }

  private mutating func day() -> PosixZone.YearDay.Day? {
    if skip("J") {
      guard let day = number(upTo: 365), day >= 1 else { return nil }
      return .julian(day)
    }
    guard skip("M") else { return number(upTo: 365).map { .ofYear($0) } }
    guard let month = number(upTo: 12), month >= 1, skip("."), let week = number(upTo: 5),
      week >= 1, skip("."), let day = number(upTo: 6)
    else { return nil }
    return .weekday(month: month, week: week, day: day)
  }
}
