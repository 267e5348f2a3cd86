public import Model
import Synchronization

/// A time zone's rules: which local time it is at an instant, from 1970 to 2199.
///
/// They come from the system's time zone database (the package tzdata, `/usr/share/zoneinfo`), with its
/// rule for the years after its tables. Each zone is read once and shared by all schedules in it; a new
/// version of the database counts from the next start of the process.
public struct TimeZoneRules: Sendable, Hashable {
  /// The name as it is kept: `Europe/Berlin` (also for `ECT`-like abbreviations), `GMT+02:00`, `UTC`.
  public let name: String
  let table: ZoneTable

  /// Where the system keeps its zones.
  public static let directory = "/usr/share/zoneinfo"

  private static let known = Mutex<[String: TimeZoneRules]>([:])

  /// The zone of that name: an IANA name, `UTC`, `GMT`, an offset such as `GMT+2` or `GMT-8:00` (ahead of
  /// Greenwich is `+`), or one of Java's abbreviations (`PST`, `EST`…).
  ///
  /// - Throws: `ScheduleError` with `timeZone` for a name that the database does not have, and with
  ///   `timeZonesMissing` when there is no database. `UTC`, `GMT`, `EST`, `MST`, `HST` and offsets need none.
  public static func named(_ name: String) throws(ScheduleError) -> TimeZoneRules {
    if let zone = shared(name) { return zone }
    guard let meaning = ZoneName(name) else { throw unknown(name) }
    switch meaning {
    case .fixed(let offset, let name):
      return shared(name) ?? keep(TimeZoneRules(name: name, table: ZoneTable(first: offset)))
    case .file(let place):
      if let zone = shared(place) { return zone }
      return keep(try read(place, in: directory))
    }
  }

  private static func shared(_ name: String) -> TimeZoneRules? { known.withLock { $0[name] } }

  /// The zone that everybody uses: of two that were read at the same time, the first.
  private static func keep(_ zone: TimeZoneRules) -> TimeZoneRules {
    known.withLock { known in
      if let first = known[zone.name] { return first }
      known[zone.name] = zone
      return zone
    }
  }

  /// Reads a zone's file.
  static func read(_ name: String, in directory: String) throws(ScheduleError) -> TimeZoneRules {
    guard let bytes = SmallFile.bytes(directory + "/" + name, upTo: 1 << 20) else {
      guard SmallFile.isDirectory(directory) else { throw missing(name, directory) }
      throw unknown(name)
    }
    guard let file = ZoneFile(bytes) else { throw unknown(name) }
    return TimeZoneRules(name: name, table: file.table())
  }

  private static func unknown(_ name: String) -> ScheduleError {
    ScheduleError(
      .timeZone, field: "time zone", text: name,
      message: "there is no such time zone; allowed: a name of the time zone database such as "
        + "Europe/Berlin (capitals matter), UTC, or an offset such as GMT+2")
  }

  private static func missing(_ name: String, _ directory: String) -> ScheduleError {
    ScheduleError(
      .timeZonesMissing, field: "time zone", text: name,
      message: "this host has no time zone database at \(directory): install the package tzdata")
  }

  /// What the local clock is ahead of UTC, in seconds.
  public func offset(at instant: Instant) -> Int {
    Int(table.offsets[table.piece(at: instant.wholeSeconds)])
  }

  /// The local time with its offset: `2026-03-29T03:00:00+02:00`.
  public func localText(at instant: Instant) -> String {
    let offset = offset(at: instant)
    let local = instant.advanced(by: .seconds(offset)).iso8601.dropLast()
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let minutes = abs(offset) / 60
    return "\(local)\(offset < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
  }

  public static func == (left: TimeZoneRules, right: TimeZoneRules) -> Bool {
    left.name == right.name && left.table === right.table
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension Instant {
  /// Seconds since 1970, rounded down.
  var wholeSeconds: Int64 {
    microseconds / 1_000_000 - (microseconds % 1_000_000 < 0 ? 1 : 0)
  }
}
