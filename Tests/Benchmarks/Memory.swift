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

/// The largest sizes of a process, looked at four times a second.
final class PeakMemory: Sendable {
  private let task: Task<(proportional: Double, resident: Double), Never>

  init(of pid: Int32) {
    task = Task {
      var peak = (proportional: 0.0, resident: 0.0)
      while !Task.isCancelled {
        if let memory = try? Memory(of: pid) {
          peak.proportional = max(peak.proportional, memory.proportional)
          peak.resident = max(peak.resident, memory.resident)
        }
        try? await ContinuousClock().sleep(for: .milliseconds(250))
      }
      return peak
    }
  }

  /// Ends the looking and returns the peaks in MiB.
  func stop() async -> (proportional: Double, resident: Double) {
    task.cancel()
    return await task.value
  }
}
