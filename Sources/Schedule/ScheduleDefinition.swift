import Model

/// The `schedule` of a job definition in its two documented forms, as text for `CronExpression`.
enum ScheduleDefinition {
  /// The crontab in its kept form; nil for `null`, `false`, empty text and an empty map, which all mean
  /// that there is no schedule.
  static func crontab(_ value: JobValue) throws(ScheduleError) -> String? {
    switch value {
    case .null, .boolean(false), .text(""): return nil
    case .map(let entries) where entries.isEmpty: return nil
    case .map(let entries):
      if let crontab = value["crontab"] { return try written(crontab) }
      return try composed(value, entries)
    default:
      throw wrong(
        "schedule",
        "expected a map with crontab, or with time, weekday or dayofmonth, "
          + "month and year; found \(value.kindName)")
    }
  }

  /// With a crontab the parts do not count.
  private static func written(_ value: JobValue) throws(ScheduleError) -> String {
    guard let text = value.scalarText else {
      throw wrong("schedule.crontab", "expected text, found \(value.kindName)")
    }
    do { return try CronExpression.normalized(text) } catch { throw error.at("schedule.crontab") }
  }

  private static func composed(
    _ value: JobValue, _ entries: [JobEntry]
  ) throws(ScheduleError) -> String {
    let known = ["time", "weekday", "dayofmonth", "month", "year"]
    if let other = entries.first(where: { !known.contains($0.key) }) {
      throw wrong(
        "schedule.\(other.key)", "no such part of a schedule; there are \(list(known)), or crontab")
    }
    let time = try times(value["time"])
    let (dayOfMonth, dayOfWeek) = try days(value)
    let month = try text(value["month"], "schedule.month") ?? "*"
    let year = try text(value["year"], "schedule.year") ?? "*"
    let parts = time + [dayOfMonth, month, dayOfWeek, year]
    do {
      return try CronExpression.normalized(parts.joined(separator: " "))
    } catch {
      throw error.at(key(of: error))
    }
  }

  /// Second, minute and hour; `0` for each that is not given.
  private static func times(_ value: JobValue?) throws(ScheduleError) -> [String] {
    let known = ["seconds", "minute", "hour"]
    guard let value, value != .null else { return ["0", "0", "0"] }
    guard case .map(let entries) = value else {
      throw wrong("schedule.time", "expected a map, found \(value.kindName)")
    }
    if let other = entries.first(where: { !known.contains($0.key) }) {
      throw wrong("schedule.time.\(other.key)", "no such part of a time; there are \(list(known))")
    }
    var parts: [String] = []
    for key in known { parts.append(try text(value[key], "schedule.time.\(key)") ?? "0") }
    return parts
  }

  /// Day of month and day of week. As in Rundeck a day of month wins, and `*` or `?` there leaves the choice
  /// to the weekday.
  private static func days(_ value: JobValue) throws(ScheduleError) -> (String, String) {
    let weekday = try day(value, "weekday")
    guard let day = try day(value, "dayofmonth"), day != "?", day != "*" || weekday == nil else {
      return ("?", weekday == "?" ? "*" : weekday ?? "*")
    }
    return (day, "?")
  }

  /// `{day: …}`, or the same without the map.
  private static func day(_ value: JobValue, _ key: String) throws(ScheduleError) -> String? {
    guard let part = value[key] else { return nil }
    guard case .map(let entries) = part else { return try text(part, "schedule.\(key)") }
    if let other = entries.first(where: { $0.key != "day" }) {
      throw wrong("schedule.\(key).\(other.key)", "no such part; there is day")
    }
    return try text(part["day"], "schedule.\(key).day")
  }

  /// One field; nil when it is not given or empty.
  private static func text(_ value: JobValue?, _ key: String) throws(ScheduleError) -> String? {
    guard let value, value != .null else { return nil }
    guard let text = value.scalarText else {
      throw wrong(key, "expected text, found \(value.kindName)")
    }
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count < 2 else { throw wrong(key, "'\(text)' has white space in it") }
    return words.first.map(String.init)
  }

  private static func key(of error: ScheduleError) -> String {
    let keys: [CronField: String] = [
      .second: "time.seconds", .minute: "time.minute", .hour: "time.hour",
      .dayOfMonth: "dayofmonth.day", .month: "month", .dayOfWeek: "weekday.day", .year: "year",
    ]
    let field = CronField.allCases.first { $0.title == error.field }
    return field.flatMap { keys[$0] }.map { "schedule.\($0)" } ?? "schedule"
  }

  private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }

  private static func wrong(_ key: String, _ message: String) -> ScheduleError {
    ScheduleError(.definition, field: key, message: message, key: key)
  }
}
