import Glibc

/// Reads and tells times as seconds since 1970.
@usableFromInline enum ServerTime {
  /// This host's clock.
  @usableFromInline static func now() -> Int64 { Int64(time(nil)) }

  /// As in `Last-Modified`: `Mon, 23 Nov 2026 00:12:00 GMT` (RFC 9110, section 5.6.7).
  static func seconds(header text: String) -> Int64? {
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let words = text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == ":" })
    guard words.count >= 7, let month = months.firstIndex(of: String(words[2])) else { return nil }
    let numbers = [words[3], words[1], words[4], words[5], words[6]].compactMap { Int32($0) }
    guard numbers.count == 5 else { return nil }
    return seconds([numbers[0], Int32(month + 1)] + numbers[1...])
  }

  /// As in bodies: `2026-11-23T00:12:00.000Z`.
  static func seconds(timestamp text: String) -> Int64? {
    let numbers = text.split(whereSeparator: { !$0.isNumber }).prefix(6).compactMap { Int32($0) }
    return numbers.count == 6 ? seconds(Array(numbers)) : nil
  }

  /// Year, month, day, hour, minute and second in UTC.
  private static func seconds(_ numbers: [Int32]) -> Int64? {
    guard (1900...9999).contains(numbers[0]), (1...12).contains(numbers[1]) else { return nil }
    var parts = tm()
    parts.tm_year = numbers[0] - 1900
    parts.tm_mon = numbers[1] - 1
    parts.tm_mday = numbers[2]
    parts.tm_hour = numbers[3]
    parts.tm_min = numbers[4]
    parts.tm_sec = numbers[5]
    return Int64(timegm(&parts))
  }
}
