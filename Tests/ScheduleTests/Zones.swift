import Glibc
import Model

@testable import Schedule

/// The zones of this system's time zone database.
enum Zones {
  /// Every zone's name, links too.
  static let names: [String] = files(in: TimeZoneRules.directory, "").sorted()

  static let all: [TimeZoneRules] = names.compactMap { try? TimeZoneRules.named($0) }

  /// One zone for each different set of changes from 2019 to 2031.
  static let different: [TimeZoneRules] = {
    var seen: Set<[Int64]> = []
    return all.filter { zone in
      let pieces = pieces(of: zone)
      let facts = pieces.flatMap { [zone.table.starts[$0], zone.table.offsets[$0]] }
      return seen.insert(facts).inserted
    }
  }()

  /// The pieces that begin from 2020 to 2030, and the one before them.
  static func pieces(of zone: TimeZoneRules) -> ClosedRange<Int> {
    let first = zone.table.piece(at: second("2020-01-01T00:00:00Z"))
    return first...zone.table.piece(at: second("2031-01-01T00:00:00Z"))
  }

  /// When the clock of the zone is shifted from 2020 to 2030.
  static func shifts(of zone: TimeZoneRules) -> [Int64] {
    pieces(of: zone).dropFirst().map { zone.table.starts[$0] }
  }

  private static func files(in directory: String, _ prefix: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var found: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(".") || ["posix", "right", "localtime", "posixrules"].contains(name) {
        continue
      }
      let path = directory + "/" + name
      if SmallFile.isDirectory(path) {
        found += files(in: path, prefix + name + "/")
      } else if SmallFile.bytes(path, upTo: 1 << 20)?.starts(with: "TZif".utf8) == true {
        found.append(prefix + name)
      }
    }
    return found
  }
}

func instant(_ text: String) -> Instant { Instant(iso8601: text)! }

func second(_ text: String) -> Int64 { instant(text).wholeSeconds }

func at(_ second: Int64) -> Instant { Instant(microseconds: second * 1_000_000) }

func schedule(_ crontab: String, _ zone: String = "UTC") throws -> Schedule {
  try Schedule(JobSchedule(crontab: crontab, timeZone: zone))
}
