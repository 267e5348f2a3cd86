/// A point in time: microseconds since 1970-01-01T00:00:00Z. The one type for stored times.
public struct Instant: Sendable, Hashable, Comparable, Codable {
  public var microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }

  public static func < (left: Instant, right: Instant) -> Bool {
    left.microseconds < right.microseconds
  }

  /// Milliseconds since 1970, rounded down: `unixtime` in Rundeck's answers.
  public var milliseconds: Int64 {
    microseconds / 1000 - (microseconds % 1000 < 0 ? 1 : 0)
  }

  /// The instant that much later, or the last (first) one there is: instants and durations come from
  /// outside too, and no such number may stop the process.
  public func advanced(by duration: Duration) -> Instant {
    let (seconds, attoseconds) = duration.components
    let (product, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000)
    let (sum, isTooFar) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000)
    let (result, isTooLate) = microseconds.addingReportingOverflow(sum)
    guard !isTooLong && !isTooFar && !isTooLate else {
      return Instant(microseconds: seconds < 0 ? .min : .max)
    }
    return Instant(microseconds: result)
  }

  /// How much later `other` is, negative when it is earlier.
  public func duration(to other: Instant) -> Duration {
    .microseconds(other.microseconds) - .microseconds(microseconds)
  }

  public init(from decoder: any Decoder) throws {
    microseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(microseconds)
  }
}
