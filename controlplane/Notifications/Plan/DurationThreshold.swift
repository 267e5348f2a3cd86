import Model

/// When an execution takes long enough for `onavgduration`, as `notifyAvgDurationThreshold` has it: `20%` is the average
/// and a fifth of it more, `+20s` (or `+20`) 20 seconds more than the average, `5m` five minutes whatever the average is,
/// and nothing the average itself.
enum DurationThreshold: Hashable, Sendable {
  case percent(Int64)
  case more(seconds: Int64)
  case absolute(seconds: Int64)

  /// Nil for a text that is none of these, its references replaced.
  init?(_ text: String) {
    let text = text.trimmed
    if text.isEmpty {
      self = .percent(0)
    } else if text.hasSuffix("%") {
      let digits = text.dropLast().drop { $0 == "+" }
      guard digits.allSatisfy({ ("0"..."9").contains($0) }), let percent = Int64(digits),
        percent <= 100_000
      else { return nil }
      self = .percent(percent)
    } else if text.hasPrefix("+") {
      guard let seconds = Self.seconds(text.dropFirst()) else { return nil }
      self = .more(seconds: seconds)
    } else {
      guard let seconds = Self.seconds(text[...]) else { return nil }
      self = .absolute(seconds: seconds)
    }
  }

  /// How long an execution may take; nil when that depends on an average and there is none yet.
  func limit(average: Duration?) -> Duration? {
    switch self {
    case .absolute(let seconds): .seconds(seconds)
    case .more(let seconds): average.map { $0 + .seconds(seconds) }
    case .percent(let percent): average.map { $0 + $0 * Int(percent) / 100 }
    }
  }

  /// What such a text may be, for messages.
  static let allowed = "a percentage (20%), a time on top of the average (+20s) or a time (5m)"

  /// As other durations of jobs, and weeks and years.
  private static func seconds(_ text: Substring) -> Int64? {
    let plain = String(text).trimmed
    guard let unit = plain.last, let factor: Int64 = ["w": 604_800, "y": 31_536_000][unit] else {
      return JobDuration.seconds(in: plain)
    }
    guard let number = Int64(plain.dropLast().description.trimmed), number >= 0,
      number <= JobDuration.longest / factor
    else { return nil }
    return number * factor
  }
}
