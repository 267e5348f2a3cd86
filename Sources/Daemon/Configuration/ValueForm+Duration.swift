import Model

/// The unit of a duration that is written as a plain number.
public enum DurationUnit: String, Sendable, CaseIterable {
  /// Thousandths of a second, written `ms`.
  case milliseconds = "ms"
  /// Seconds, written `s`.
  case seconds = "s"
  /// Minutes, written `m`.
  case minutes = "m"
  /// Hours, written `h`.
  case hours = "h"
  /// Days of 24 hours, written `d`.
  case days = "d"

  /// How many milliseconds one of this unit is.
  var inMilliseconds: Int64 {
    switch self {
    case .milliseconds: 1
    case .seconds: 1000
    case .minutes: 60_000
    case .hours: 3_600_000
    case .days: 86_400_000
    }
  }
}

extension ValueForm where Value == Duration {
  /// A duration: a whole number with a unit (`500ms`, `10s`, `5m`, `2h`, `1d`), or a plain number in `unit`, which
  /// for one of Rundeck's keys is the unit that Rundeck documents.
  public static func duration(
    in unit: DurationUnit, _ range: ClosedRange<Duration> = .zero ... .seconds(86_400 * 3650)
  ) -> Self {
    Self(
      allowed:
        "a duration from \(text(of: range.lowerBound)) to \(text(of: range.upperBound)), such as 500ms, "
        + "10s, 5m, 2h, 1d or a plain number of \(unit)",
      parse: { text in
        guard let duration = Duration(written: text, plain: unit.inMilliseconds) else { return nil }
        return range.contains(duration) ? duration : nil
      },
      format: { Self.text(of: $0) })
  }

  /// The duration in the largest unit that holds it without a rest.
  private static func text(of duration: Duration) -> String {
    let milliseconds =
      duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    let unit =
      DurationUnit.allCases.reversed().first {
        milliseconds != 0 && milliseconds % $0.inMilliseconds == 0
      } ?? .milliseconds
    return "\(milliseconds / unit.inMilliseconds)\(unit.rawValue)"
  }
}
