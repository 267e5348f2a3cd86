import Daemon

extension ValueForm where Value == UInt64 {
  /// A number of bytes: plain, or with `KB`, `MB`, `GB`, `TB` (or `K`, `KiB` …), each 1024 times the one before.
  static var size: Self {
    Self(
      allowed: "a number of bytes such as 4096, 512MB or 2GB",
      parse: { text in
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[digits.endIndex...].lowercased().filter { $0 != " " }
        let shift: UInt64? =
          switch unit {
          case "", "b": 0
          case "k", "kb", "kib": 10
          case "m", "mb", "mib": 20
          case "g", "gb", "gib": 30
          case "t", "tb", "tib": 40
          default: nil
          }
        guard let shift, let count = UInt64(digits), count <= .max >> (shift + 1) else {
          return nil
        }
        return count << shift
      },
      format: { ByteCount.exact($0) })
  }

  /// Processor time per time that passes in thousandths of one processor, written in percent: `150%`.
  static var percent: Self {
    Self(
      allowed: "a percentage of one processor such as 50% or 250%",
      parse: { text in
        guard text.hasSuffix("%"), let value = UInt64(text.dropLast()), (1...1_000_000) ~= value
        else { return nil }
        return value * 10
      },
      format: { "\($0 / 10)%" })
  }

  /// A whole number from 1.
  static var count: Self {
    Self(
      allowed: "a whole number from 1 to \(Int32.max)",
      parse: { text in UInt64(text).flatMap { (1...UInt64(Int32.max)) ~= $0 ? $0 : nil } },
      format: { String($0) })
  }
}

/// Numbers of bytes as texts.
enum ByteCount {
  private static let units = ["", "KB", "MB", "GB", "TB"]

  /// Exactly, in the largest unit without a rest.
  static func exact(_ bytes: UInt64) -> String {
    var value = bytes
    var unit = 0
    while value != 0, value % 1024 == 0, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return "\(value)\(units[unit])"
  }

  /// For people: with one decimal.
  static func short(_ bytes: UInt64) -> String {
    if bytes < 1024 { return "\(bytes) bytes" }
    var tenths = bytes / 1024 * 10 + bytes % 1024 * 10 / 1024
    var unit = 1
    while tenths >= 10_240, unit < units.count - 1 {
      tenths /= 1024
      unit += 1
    }
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}
