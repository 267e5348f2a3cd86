/// Replaces `${DATE:format}`, `${DATE+2:format}` and `${DATE-2:format}` in option values: today, and days from now, in the
/// letters of Java's `SimpleDateFormat`.
struct DateVariable: Sendable, Hashable {
  /// Microseconds since 1970.
  var now: Int64
  /// Seconds east of Greenwich.
  var offset: Int64 = 0

  /// The text with its dates; what is no date variable, or has a letter that is not known, stays as it is.
  func expand(_ text: String) -> String {
    guard text.contains("${DATE") else { return text }
    var result = ""
    var rest = text[...]
    while let start = rest.firstRange(of: "${DATE") {
      result += rest[..<start.lowerBound]
      rest = rest[start.lowerBound...]
      if let end = rest.firstIndex(of: "}"),
        let date = date(rest[start.upperBound..<end])
      {
        result += date
        rest = rest[rest.index(after: end)...]
      } else {
        result += rest[..<start.upperBound]
        rest = rest[start.upperBound...]
      }
    }
    return result + rest
  }

  /// What stands between `DATE` and the brace: days, a colon, a format.
  private func date(_ text: Substring) -> String? {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let days = text[..<colon]
    guard days.isEmpty || days.first == "+" || days.first == "-" else { return nil }
    guard days.isEmpty || (Int64(days) != nil && days.count <= 7) else { return nil }
    let format = text[text.index(after: colon)...]
    guard !format.isEmpty else { return nil }
    let seconds = now.flooredQuotient(1_000_000) + (Int64(days) ?? 0) * 86_400 + offset
    return CivilTime(
      seconds: seconds, milliseconds: now.flooredRemainder(1_000_000) / 1000, offset: offset
    ).text(String(format))
  }
}

/// A time as people write it.
private struct CivilTime {
  let year: Int64
  let month: Int64
  let day: Int64
  /// From Sunday, 0.
  let weekday: Int64
  let secondOfDay: Int64
  let milliseconds: Int64
  let offset: Int64
  let dayOfYear: Int64

  init(seconds: Int64, milliseconds: Int64, offset: Int64) {
    let days = seconds.flooredQuotient(86_400)
    secondOfDay = seconds.flooredRemainder(86_400)
    self.milliseconds = milliseconds
    self.offset = offset
    weekday = (days + 4).flooredRemainder(7)
    (year, month, day) = Self.date(days)
    dayOfYear = days - Self.days(year, 1, 1) + 1
  }

  /// The date so many days after 1970-01-01, by counting eras of 400 years from March on.
  private static func date(_ days: Int64) -> (Int64, Int64, Int64) {
    let shifted = days + 719_468
    let era = shifted.flooredQuotient(146_097)
    let dayOfEra = shifted.flooredRemainder(146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let march = (5 * dayOfYear + 2) / 153
    let month = march < 10 ? march + 3 : march - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1
    )
  }

  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = year.flooredQuotient(400)
    let yearOfEra = year.flooredRemainder(400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The time in a format; nil for a letter that is not known.
  func text(_ format: String) -> String? {
    var result = ""
    var rest = format[...]
    while let letter = rest.first {
      if letter == "'" {
        result += Self.quoted(&rest)
      } else if letter.isASCII, letter.isLetter {
        let count = rest.prefix { $0 == letter }.count
        guard count <= 20, let part = part(letter, count) else { return nil }
        result += part
        rest = rest.dropFirst(count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }

  /// `'text'`; two quotes are one.
  private static func quoted(_ rest: inout Substring) -> String {
    rest.removeFirst()
    if rest.first == "'" { return String(rest.removeFirst()) }
    var text = ""
    while let character = rest.popFirst() {
      guard character == "'" else {
        text.append(character)
        continue
      }
      guard rest.first == "'" else { return text }
      text.append(rest.removeFirst())
    }
    return text
  }

  private func part(_ letter: Character, _ count: Int) -> String? {
    let hour = secondOfDay / 3600
    switch letter {
    case "y", "u", "Y": return count == 2 ? padded(year % 100, 2) : padded(year, count)
    case "M", "L":
      return count >= 3 ? Self.cut(Self.months[Int(month - 1)], count) : padded(month, count)
    case "d": return padded(day, count)
    case "D": return padded(dayOfYear, count)
    case "E": return Self.cut(Self.weekdays[Int(weekday)], count)
    case "H": return padded(hour, count)
    case "k": return padded(hour == 0 ? 24 : hour, count)
    case "K": return padded(hour % 12, count)
    case "h": return padded(hour % 12 == 0 ? 12 : hour % 12, count)
    case "m": return padded(secondOfDay / 60 % 60, count)
    case "s": return padded(secondOfDay % 60, count)
    case "S": return padded(milliseconds, count)
    case "a": return hour < 12 ? "AM" : "PM"
    case "Z", "X": return zone(letter, count)
    default: return nil
    }
  }

  private func zone(_ letter: Character, _ count: Int) -> String {
    if letter == "X", offset == 0 { return "Z" }
    let minutes = abs(offset) / 60
    let hours = (offset < 0 ? "-" : "+") + padded(minutes / 60, 2)
    if letter == "X", count == 1 { return hours }
    return hours + (letter == "X" && count == 3 ? ":" : "") + padded(minutes % 60, 2)
  }

  private func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func cut(_ name: String, _ count: Int) -> String {
    count <= 3 ? String(name.prefix(3)) : name
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  private static let weekdays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]
}

extension Int64 {
  /// Towards minus infinity.
  fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
    self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor)
  }

  fileprivate func flooredRemainder(_ divisor: Int64) -> Int64 {
    self - flooredQuotient(divisor) * divisor
  }
}
