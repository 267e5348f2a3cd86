import Glibc

extension TimeZoneRules {
  /// The name of the system's time zone: what `TZ` says, else `/etc/timezone`, else where the link
  /// `/etc/localtime` points to; each only when it names a zone that can be used. `UTC` when none does.
  public static func systemName() -> String {
    systemName(
      variable: getenv("TZ").map { String(cString: $0) }, file: "/etc/timezone",
      link: "/etc/localtime")
  }

  static func systemName(variable: String?, file: String, link: String) -> String {
    let written = SmallFile.bytes(file, upTo: 4_096).map { String(decoding: $0, as: UTF8.self) }
    let line = written?.split(separator: "\n").first.map(String.init)
    let names = [variable, line, SmallFile.target(ofLink: link)]
    for name in names.compactMap({ $0.flatMap(zoneName) }) {
      if let zone = try? named(name) { return zone.name }
    }
    return "UTC"
  }

  /// The name in `Europe/Berlin`, `:Europe/Berlin` or `/usr/share/zoneinfo/Europe/Berlin`.
  private static func zoneName(_ text: String) -> String? {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 1, let word = words.first else { return nil }
    var rest = word.hasPrefix(":") ? word.dropFirst() : word
    let mark = "/zoneinfo/"
    var place = rest.startIndex
    while place < rest.endIndex {
      if rest[place...].hasPrefix(mark) {
        rest = rest[place...].dropFirst(mark.count)
        break
      }
      place = rest.index(after: place)
    }
    return rest.isEmpty ? nil : String(rest)
  }
}
