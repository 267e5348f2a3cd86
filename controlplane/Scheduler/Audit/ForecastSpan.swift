public import Model

/// How far a forecast looks: `time=1d` in Rundeck's API, a whole number and a unit.
public struct ForecastSpan: Sendable, Hashable {
  /// The documented units; months and years are those of the calendar, in UTC.
  public enum Unit: Character, Sendable, CaseIterable {
    case second = "s"
    case minute = "n"
    case hour = "h"
    case day = "d"
    case week = "w"
    case month = "m"
    case year = "y"
  }

  public let count: Int64
  public let unit: Unit

  /// One day, the documented default.
  public static let day = ForecastSpan(count: 1, unit: .day)

  init(count: Int64, unit: Unit) {
    self.count = count
    self.unit = unit
  }

  /// The span that `text` writes, or nil when it writes none. At most 1000 years.
  public init?(_ text: String) {
    guard let last = text.last, let unit = Unit(rawValue: last),
      let count = Int64(text.dropLast()), text.first?.isNumber == true,
      count <= 1_000 * 366 * 86_400, Self.days(count, unit) <= 366_000
    else { return nil }
    self.init(count: count, unit: unit)
  }

  /// That long after `instant`.
  public func end(from instant: Instant) -> Instant { moved(instant, by: count) }

  /// That long before `instant`.
  public func start(from instant: Instant) -> Instant { moved(instant, by: -count) }

  private func moved(_ instant: Instant, by count: Int64) -> Instant {
    switch unit {
    case .second: instant.advanced(by: .seconds(count))
    case .minute: instant.advanced(by: .seconds(60 * count))
    case .hour: instant.advanced(by: .seconds(3_600 * count))
    case .day: instant.advanced(by: .seconds(86_400 * count))
    case .week: instant.advanced(by: .seconds(604_800 * count))
    case .month: instant.movedMonths(count)
    case .year: instant.movedMonths(12 * count)
    }
  }

  private static func days(_ count: Int64, _ unit: Unit) -> Int64 {
    switch unit {
    case .second: count / 86_400
    case .minute: count / 1_440
    case .hour: count / 24
    case .day: count
    case .week: count * 7
    case .month: count * 31
    case .year: count * 366
    }
  }
}

extension Instant {
  /// That many calendar months later in UTC; a day that the month has not becomes its last one.
  fileprivate func movedMonths(_ count: Int64) -> Instant {
    var date = CivilDate(self)
    let months = date.year * 12 + (date.month - 1) + Int(count)
    date.year = months >= 0 ? months / 12 : (months - 11) / 12
    date.month = months - date.year * 12 + 1
    while !date.isValid && date.day > 28 { date.day -= 1 }
    return date.instant
  }
}
