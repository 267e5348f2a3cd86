/// A Quartz cron expression as Rundeck uses it: seconds, minutes, hours, day of month, month, day of
/// week and, if one likes, year.
///
/// Every field takes lists (`1,5`), ranges (`8-17`; `22-2` goes on after the field's end), steps (`*/5`,
/// `10/5`, `8-18/2`) and `*`. Months and weekdays have names (`JAN`, `SUN`, also written out, in any case);
/// weekdays count from 1, Sunday. The day of month may be `L` (the last), `L-3`, `LW` (the last working
/// day) or `15W` (the working day nearest to the 15th, in the same month); the day of week `L`
/// (Saturday), `6L` (the last Friday of the month) or `6#3` (the third Friday).
///
/// Exactly one of the two days must be `?`: Quartz refuses an expression that gives both or none, and so
/// does this. Years reach from 1970 to 2199. Held as bit masks without any memory of its own.
public struct CronExpression: Sendable, Hashable {
  let seconds: UInt64
  let minutes: UInt64
  let hours: UInt32
  /// Bit n is month n.
  let months: UInt16
  let days: DayRule
  let years: YearSet

  /// - Throws: `ScheduleError` for the first field that is wrong.
  public init(_ text: String) throws(ScheduleError) {
    try self.init(fields: try Self.fields(of: text))
  }

  /// - Parameter fields: six or seven texts in capitals.
  private init(fields: [String]) throws(ScheduleError) {
    func mask(_ field: CronField) throws(ScheduleError) -> UInt64 {
      try CronFieldParser(field: field).mask(fields[field.rawValue])
    }
    seconds = try mask(.second)
    minutes = try mask(.minute)
    hours = UInt32(try mask(.hour))
    months = UInt16(try mask(.month))
    days = try DayRule(dayOfMonth: fields[3], dayOfWeek: fields[5])
    years = try Self.years(fields)
  }

  private static func years(_ fields: [String]) throws(ScheduleError) -> YearSet {
    guard fields.count > 6, fields[6] != "*" else { return .all }
    return try CronFieldParser(field: .year).years(fields[6])
  }

  /// The fields in capitals, as many as were written.
  static func fields(of text: String) throws(ScheduleError) -> [String] {
    guard text.utf8.count <= longest else {
      throw ScheduleError(
        .crontab, field: "crontab", text: text, message: "it is longer than \(longest) bytes")
    }
    let fields = text.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }.map(Self.capitals)
    guard (6...7).contains(fields.count) else {
      let hint = fields.count == 5 ? " (the seconds come first)" : ""
      throw ScheduleError(
        .crontab, field: "crontab", text: text,
        message: "it has \(fields.count) fields instead of 6 or 7\(hint): second minute hour "
          + "day-of-month month day-of-week [year]")
    }
    return fields
  }

  /// Only ASCII letters: no field has others.
  private static func capitals(_ bytes: Substring.UTF8View) -> String {
    String(decoding: bytes.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }, as: UTF8.self)
  }

  /// The longest text in bytes.
  static let longest = 4_096

  /// The same expression in its kept form: seven fields in capitals, one space between them.
  ///
  /// - Throws: `ScheduleError` when it is none.
  public static func normalized(_ text: String) throws(ScheduleError) -> String {
    let fields = try fields(of: text)
    _ = try CronExpression(fields: fields)
    return (fields.count == 6 ? fields + ["*"] : fields).joined(separator: " ")
  }

  /// Everything that is wrong with a text, field by field; empty for a cron expression.
  public static func problems(in text: String) -> [ScheduleError] {
    var problems: [ScheduleError] = []
    func attempt(_ body: () throws(ScheduleError) -> Void) {
      do { try body() } catch { problems.append(error) }
    }
    attempt { () throws(ScheduleError) in
      let fields = try Self.fields(of: text)
      for field in [CronField.second, .minute, .hour, .month] {
        attempt { () throws(ScheduleError) in
          _ = try CronFieldParser(field: field).mask(fields[field.rawValue])
        }
      }
      attempt { () throws(ScheduleError) in
        _ = try DayRule(dayOfMonth: fields[3], dayOfWeek: fields[5])
      }
      attempt { () throws(ScheduleError) in _ = try years(fields) }
    }
    return problems
  }
}
