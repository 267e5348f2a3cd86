import TestSupport

/// What a process holds in memory, from `/proc`.
struct Memory {
  /// The share of memory that would be free without the process, in MiB.
  let proportional: Double
  /// Resident pages, shared ones counted in full, in MiB.
  let resident: Double

  /// Reads `/proc/PID/smaps_rollup`.
  init(of pid: Int32) throws {
    let text = String(decoding: try readFile("/proc/\(pid)/smaps_rollup"), as: UTF8.self)
    proportional = Self.mebibytes("Pss:", in: text)
    resident = Self.mebibytes("Rss:", in: text)
  }

  private static func mebibytes(_ field: String, in text: String) -> Double {
    let line = text.split(separator: "\n").first { $0.hasPrefix(field) }
    let number = line?.split(separator: " ").dropFirst().first.flatMap { Double($0) }
    return (number ?? .nan) / 1_024
  }
}
