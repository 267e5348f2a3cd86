/// What a time zone's name asks for.
enum ZoneName: Equatable {
  /// A file of the system's time zone database, by its name there.
  case file(String)
  /// So many seconds east of UTC, always; with the name it goes by.
  case fixed(Int64, name: String)

  /// Nil for a text that can be no zone's name.
  init?(_ text: String) {
    if let offset = Self.fixedNames[text] {
      self = .fixed(offset, name: text)
    } else if let place = Self.shortNames[text] {
      self = .file(place)
    } else if let offset = Self.customOffset(text) {
      self = .fixed(offset, name: Self.customName(offset))
    } else if Self.isSafe(text) {
      self = .file(text)
    } else {
      return nil
    }
  }

  /// Zones that need no file. `EST`, `MST` and `HST` have no summer time in Java either.
  private static let fixedNames: [String: Int64] = [
    "UTC": 0, "GMT": 0, "UCT": 0, "Zulu": 0, "Z": 0, "Etc/UTC": 0, "Etc/GMT": 0,
    "EST": -5 * 3_600, "MST": -7 * 3_600, "HST": -10 * 3_600,
  ]

  /// The other abbreviations of Java's `ZoneId.SHORT_IDS`.
  private static let shortNames: [String: String] = [
    "ACT": "Australia/Darwin", "AET": "Australia/Sydney", "AGT": "America/Argentina/Buenos_Aires",
    "ART": "Africa/Cairo", "AST": "America/Anchorage", "BET": "America/Sao_Paulo",
    "BST": "Asia/Dhaka", "CAT": "Africa/Harare", "CNT": "America/St_Johns",
    "CST": "America/Chicago", "CTT": "Asia/Shanghai", "EAT": "Africa/Addis_Ababa",
    "ECT": "Europe/Paris", "IET": "America/Indiana/Indianapolis", "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo", "MIT": "Pacific/Apia", "NET": "Asia/Yerevan", "NST": "Pacific/Auckland",
    "PLT": "Asia/Karachi", "PNT": "America/Phoenix", "PRT": "America/Puerto_Rico",
    "PST": "America/Los_Angeles", "SST": "Pacific/Guadalcanal", "VST": "Asia/Ho_Chi_Minh",
  ]

  /// `GMT+2`, `GMT-8:00`, `GMT+0530`, and the same with `UTC` or nothing before the sign. Ahead of
  /// Greenwich is `+`, unlike in `Etc/GMT-2`.
  private static func customOffset(_ text: String) -> Int64? {
    var rest = Substring(text)
    for prefix in ["GMT", "UTC"] where rest.hasPrefix(prefix) {
      rest = rest.dropFirst(3)
      break
    }
    guard let sign = rest.first, sign == "+" || sign == "-" else { return nil }
    guard let (hours, minutes) = clock(rest.dropFirst()), hours <= 23, minutes <= 59 else {
      return nil
    }
    let seconds = Int64(hours * 3_600 + minutes * 60)
    return sign == "-" ? -seconds : seconds
  }

  /// `h`, `hh`, `h:mm`, `hh:mm` or `hhmm`.
  private static func clock(_ text: Substring) -> (hours: Int, minutes: Int)? {
    let digits = text.filter { $0 != ":" }
    guard (1...4).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2 {
      return Int(parts[0]).flatMap { hours in Int(parts[1]).map { (hours, $0) } }
    }
    guard parts.count == 1, let number = Int(digits) else { return nil }
    return digits.count <= 2 ? (number, 0) : (number / 100, number % 100)
  }

  private static func customName(_ offset: Int64) -> String {
    if offset == 0 { return "GMT" }
    let minutes = abs(offset) / 60
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "GMT\(offset < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
  }

  /// Whether the text is a relative path that stays in its folder, and no part of the database that is not
  /// a zone of its own: `posix/` and `right/` are copies, `localtime` and `posixrules` differ by host.
  private static func isSafe(_ text: String) -> Bool {
    guard (1...64).contains(text.utf8.count), !["localtime", "posixrules"].contains(text) else {
      return false
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return !["posix", "right"].contains(parts[0])
      && parts.allSatisfy { part in
        part.utf8.first.map(isLetter) == true
          && part.utf8.allSatisfy { isLetter($0) || isOther($0) }
      }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  /// Digits, `+`, `-` and `_`; no dots.
  private static func isOther(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || byte == 0x2B || byte == 0x2D || byte == 0x5F
  }
}
