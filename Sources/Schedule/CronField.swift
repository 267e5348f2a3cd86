/// The fields of a Quartz cron expression, in their order.
enum CronField: Int, CaseIterable, Sendable {
  case second, minute, hour, dayOfMonth, month, dayOfWeek, year

  /// What it is called in messages.
  var title: String {
    switch self {
    case .second: "second"
    case .minute: "minute"
    case .hour: "hour"
    case .dayOfMonth: "day of month"
    case .month: "month"
    case .dayOfWeek: "day of week"
    case .year: "year"
    }
  }

  /// The numbers it may hold. Quartz counts the days of the week from 1, Sunday.
  var values: ClosedRange<Int> {
    switch self {
    case .second, .minute: 0...59
    case .hour: 0...23
    case .dayOfMonth: 1...31
    case .month: 1...12
    case .dayOfWeek: 1...7
    case .year: 1970...2199
    }
  }

  /// The largest step that Quartz takes.
  var largestStep: Int { self == .year ? 229 : values.upperBound }

  /// Names of its values, from the first one on.
  private var names: [String] {
    switch self {
    case .month:
      [
        "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER",
        "OCTOBER", "NOVEMBER", "DECEMBER",
      ]
    case .dayOfWeek:
      ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"]
    default: []
    }
  }

  /// The value of a name in capitals, written out or as its first three letters.
  func value(named text: some StringProtocol) -> Int? {
    names.firstIndex { $0 == text || $0.prefix(3) == text }.map { $0 + values.lowerBound }
  }

  /// What may be written in it.
  var allowed: String {
    let numbers = "\(values.lowerBound) to \(values.upperBound)"
    let sets = "a range (a-b), a step (a/n, */n), a list of these (a,b) or *"
    return switch self {
    case .second, .minute, .hour, .year: "\(numbers), \(sets)"
    case .dayOfMonth: "\(numbers), \(sets); or ?, L, L-3, LW, 15W"
    case .month: "\(numbers) or JAN to DEC, \(sets)"
    case .dayOfWeek: "\(numbers) or SUN to SAT (1 is Sunday), \(sets); or ?, L, 6L, 6#3"
    }
  }

  func error(_ text: some StringProtocol, _ reason: String) -> ScheduleError {
    ScheduleError(
      .crontab, field: title, text: String(text), message: "\(reason); allowed: \(allowed)")
  }
}
