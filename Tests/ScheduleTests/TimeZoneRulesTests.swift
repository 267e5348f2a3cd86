import Glibc
import Model
import TestSupport
import Testing

@testable import Schedule

@Suite struct TimeZoneRulesTests {
  @Test func `every zone of the system can be read`() throws {
    #expect(Zones.names.count > 400)
    for name in Zones.names { _ = try TimeZoneRules.named(name) }
  }

  @Test(
    arguments: [
      ("UTC", "UTC", 0), ("GMT", "GMT", 0), ("GMT+0", "GMT", 0), ("GMT+2", "GMT+02:00", 7_200),
      ("GMT-8:00", "GMT-08:00", -28_800), ("GMT+0530", "GMT+05:30", 19_800),
      ("GMT-0330", "GMT-03:30", -12_600), ("UTC+5:45", "GMT+05:45", 20_700),
      ("+02:00", "GMT+02:00", 7_200), ("EST", "EST", -18_000), ("MST", "MST", -25_200),
      ("HST", "HST", -36_000), ("PST", "America/Los_Angeles", -28_800),
      ("IST", "Asia/Kolkata", 19_800), ("ECT", "Europe/Paris", 3_600),
      ("Etc/GMT+5", "Etc/GMT+5", -18_000), ("CST6CDT", "CST6CDT", -21_600), ("CET", "CET", 3_600),
      ("Asia/Kathmandu", "Asia/Kathmandu", 20_700), ("Pacific/Chatham", "Pacific/Chatham", 49_500),
    ]) func `zones go by the names that Java knows`(name: String, kept: String, offset: Int) throws
  {
    let zone = try TimeZoneRules.named(name)
    #expect(zone.name == kept && zone.offset(at: instant("2026-01-15T12:00:00Z")) == offset)
    #expect(try TimeZoneRules.named(kept) == zone)
  }

  @Test(
    arguments: [
      "", " ", "Europe", "Europe/", "/etc/passwd", "/usr/share/zoneinfo/Europe/Zurich",
      "../zoneinfo/UTC",
      "Europe/../../../../etc/passwd", "Europe/./Zurich", "Europe//Zurich", "europe/zurich",
      "posix/Europe/Zurich", "right/Europe/Zurich", "localtime", "posixrules", "tzdata.zi",
      "zone.tab",
      "Europe/Zurich\u{0}", "Mars/Olympus", "GMT+24", "GMT+1:60", "GMT+12345", "GMT+", "GMT+1:2:3",
      "CET-1CEST,M3.5.0,M10.5.0/3", String(repeating: "a", count: 5_000),
    ]) func `a name that is no zone of the database is refused`(name: String)
  {
    let error = #expect(throws: ScheduleError.self) { try TimeZoneRules.named(name) }
    #expect(error?.code == .timeZone && error?.description.contains("Europe/Berlin") == true)
  }

  @Test func `without the database the error says what to install`() throws {
    let error = #expect(throws: ScheduleError.self) {
      try TimeZoneRules.read("Europe/Zurich", in: "/nonexistent/zoneinfo")
    }
    #expect(error?.code == .timeZonesMissing)
    #expect(error?.message.contains("install the package tzdata") == true)
  }

  @Test func `a zone is kept once`() throws {
    let one = try schedule("0 0 0 * * ?", "America/New_York")
    let other = try schedule("1 0 0 * * ?", "America/New_York")
    #expect(one.zone.table === other.zone.table)
    #expect(
      try TimeZoneRules.named("PST").table === TimeZoneRules.named("America/Los_Angeles").table)
  }

  /// `zdump` is the C library's own reading of the same files.
  @Test(.enabled(if: access("/usr/bin/zdump", X_OK) == 0))
  func `offsets are those of the C library in every zone, also after the files' tables`() throws {
    let names = Zones.names.joined(separator: " ")
    let output = try #require(popen("/usr/bin/zdump -v -c 2020,2041 \(names)", "r"))
    defer { pclose(output) }
    var line: UnsafeMutablePointer<CChar>?
    var size = 0
    defer { free(line) }
    var count = 0
    while getline(&line, &size, output) > 0, let text = line {
      guard let known = ZdumpLine(String(cString: text)) else { continue }
      count += 1
      let zone = try TimeZoneRules.named(known.zone)
      // Java and this program take these abbreviations as fixed offsets.
      guard !["EST", "MST", "HST"].contains(known.zone) else { continue }
      if zone.offset(at: known.instant) != known.offset {
        Issue.record("\(known.zone) at \(known.instant.iso8601): \(zone.offset(at: known.instant))")
      }
    }
    #expect(count > 5_000)
  }

  @Test func `a damaged file is refused and never read past its end`() throws {
    let path = TimeZoneRules.directory + "/Europe/Zurich"
    let whole = try #require(SmallFile.bytes(path, upTo: 1 << 20))
    #expect(ZoneFile(whole) != nil && ZoneFile([]) == nil && ZoneFile(Array("TZif".utf8)) == nil)
    for count in stride(from: 0, to: whole.count, by: 7) {
      #expect(ZoneFile(Array(whole[..<count])) == nil)
    }
    var random = SeededGenerator(seed: 3)
    for _ in 0..<2_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      if let file = ZoneFile(bytes) { #expect(file.table().count >= 1) }
    }
  }

  @Test func `files with leap seconds are refused`() throws {
    let path = TimeZoneRules.directory + "/right/Europe/Zurich"
    guard let bytes = SmallFile.bytes(path, upTo: 1 << 20) else { return }
    #expect(ZoneFile(bytes) == nil)
  }

  @Test func `local times are told with their offset`() throws {
    func text(_ zone: String, _ time: String) throws -> String {
      try TimeZoneRules.named(zone).localText(at: instant(time))
    }
    #expect(try text("Europe/Zurich", "2026-03-29T01:00:00Z") == "2026-03-29T03:00:00+02:00")
    #expect(try text("Pacific/Marquesas", "2026-01-01T00:00:00Z") == "2025-12-31T14:30:00-09:30")
    #expect(try text("UTC", "2026-01-01T00:00:00Z") == "2026-01-01T00:00:00+00:00")
  }
}

/// `Europe/Zurich  Sun Mar 29 01:00:00 2026 UT = Sun Mar 29 03:00:00 2026 CEST isdst=1 gmtoff=7200`.
private struct ZdumpLine {
  let zone: String
  let instant: Instant
  let offset: Int

  init?(_ text: String) {
    let words = text.split(whereSeparator: \.isWhitespace)
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    guard words.count == 16, let month = months.firstIndex(of: String(words[2])),
      let day = Int(words[3]), let year = Int(words[5]), year > 1_970,
      let offset = Int(words[15].dropFirst("gmtoff=".count))
    else { return nil }
    let time = words[4].split(separator: ":").compactMap { Int($0) }
    zone = String(words[0])
    instant =
      CivilDate(
        year: year, month: month + 1, day: day, hour: time[0], minute: time[1], second: time[2]
      ).instant
    self.offset = offset
  }
}
