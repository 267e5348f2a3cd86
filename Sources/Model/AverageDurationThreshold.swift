/// From which running time on a job counts as slow (`notifyAvgDurationThreshold`): a share of its average
/// duration, a time on top of it, or a time by itself.
public enum AverageDurationThreshold: Sendable, Hashable {
  /// `20%`: the average and that share of it.
  case percent(Double)
  /// `+20s`: the average and so many seconds.
  case above(seconds: Int64)
  /// `5m`: so many seconds, whatever the average.
  case absolute(seconds: Int64)

  /// What an expanded text says, an empty one the average itself; nil for what is none of the three.
  public init?(_ text: String) {
    let text = text.trimmedOfSpace
    if text.isEmpty {
      self = .percent(0)
    } else if text.hasSuffix("%") {
      let digits = text.dropLast().trimmedOfSpace.drop { $0 == "+" }
      guard let percent = Double(digits), percent >= 0, percent <= 100_000 else { return nil }
      self = .percent(percent)
    } else if text.hasPrefix("+") {
      guard let seconds = Self.seconds(text.dropFirst()) else { return nil }
      self = .above(seconds: seconds)
    } else {
      guard let seconds = Self.seconds(text[...]) else { return nil }
      self = .absolute(seconds: seconds)
    }
  }

  /// A duration as jobs have it, or a number of weeks or years.
  private static func seconds(_ text: Substring) -> Int64? {
    let days: [Character: Int64] = ["w": 7, "W": 7, "y": 365, "Y": 365]
    guard let unit = text.last, let factor = days[unit] else {
      return JobDuration.seconds(in: String(text))
    }
    guard let number = Int64(text.dropLast()), number >= 0,
      number <= JobDuration.longest / (factor * 86_400)
    else { return nil }
    return number * factor * 86_400
  }

  /// How long an execution may run before it counts as slow; nil when that depends on an average and there is none yet.
  public func limit(average: Duration?) -> Duration? {
    switch self {
    case .percent(let percent): average.map { $0 * (1 + percent / 100) }
    case .above(let seconds): average.map { $0 + .seconds(seconds) }
    case .absolute(let seconds): .seconds(seconds)
    }
  }

  /// What such a text may be, for messages.
  public static let allowed =
    "a percentage (20%), a time above the average (+30s) or a time (5m), "
    + "or a reference such as ${option.x}"
}

extension Job {
  /// `notifyAvgDurationThreshold` before the expansion of references; nil when it is missing: any execution
  /// that is longer than the average is slow.
  public var averageDurationThreshold: String? {
    kept["notifyAvgDurationThreshold"]?.scalarText.flatMap { $0.isEmpty ? nil : $0 }
  }
}
