import Model
import TestSupport
import Testing

@testable import Schedule

@Suite struct CronExpressionTests {
  /// The next `count` runs after 2026-01-01 00:00 UTC (a Thursday), as text without the zone's letter.
  private func runs(_ crontab: String, _ count: Int) throws -> [String] {
    try schedule(crontab).instants(
      after: at(second("2026-01-01T00:00:00Z") - 1), through: instant("2100-01-01T00:00:00Z"),
      limit: count
    ).map { String($0.iso8601.dropLast()) }
  }

  @Test(
    arguments: [
      ("0 0 12 * * ?", "2026-01-01T12:00:00 2026-01-02T12:00:00"),
      ("0 30 */6 ? Jan Mon *", "2026-01-05T00:30:00 2026-01-05T06:30:00 2026-01-05T12:30:00"),
      ("02 00 06,07,08 ? * * 2030", "2030-01-01T06:00:02 2030-01-01T07:00:02"),
      ("*/3 * * ? * * *", "2026-01-01T00:00:00 2026-01-01T00:00:03"),
      ("0 0/1 * 1/1 * ? *", "2026-01-01T00:00:00 2026-01-01T00:01:00"),
      ("50-10/20 59 23 * * ?", "2026-01-01T23:59:10 2026-01-01T23:59:50"),
      ("0 0 22-2/2 * * ?", "2026-01-01T00:00:00 2026-01-01T02:00:00 2026-01-01T22:00:00"),
      ("0 0 0 30-2 * ?", "2026-01-01T00:00:00 2026-01-02T00:00:00 2026-01-30T00:00:00"),
      ("0 0 0 1 NOV-FEB/2 ?", "2026-01-01T00:00:00 2026-11-01T00:00:00 2027-01-01T00:00:00"),
      ("0 0 0 ? * SAT-MON", "2026-01-03T00:00:00 2026-01-04T00:00:00 2026-01-05T00:00:00"),
      ("0 0 0 ? * 7", "2026-01-03T00:00:00"), ("0 0 0 ? * 1", "2026-01-04T00:00:00"),
      ("0 0 0 ? * monday,Wednesday", "2026-01-05T00:00:00 2026-01-07T00:00:00"),
      ("0 0 0 ? january,MAR 5", "2026-01-01T00:00:00 2026-01-08T00:00:00"),
      ("0 0 0 L * ?", "2026-01-31T00:00:00 2026-02-28T00:00:00"),
      ("0 0 0 L FEB ? 2028", "2028-02-29T00:00:00"),
      ("0 0 0 L-3 * ?", "2026-01-28T00:00:00 2026-02-25T00:00:00"),
      ("0 0 0 L-30 * ?", "2026-01-01T00:00:00 2026-03-01T00:00:00"),
      ("0 0 0 LW * ?", "2026-01-30T00:00:00 2026-02-27T00:00:00 2026-03-31T00:00:00"),
      ("0 0 0 L-1W * ?", "2026-01-30T00:00:00 2026-02-27T00:00:00"),
      ("0 0 0 15W * ?", "2026-01-15T00:00:00 2026-02-16T00:00:00 2026-03-16T00:00:00"),
      ("0 0 0 1W AUG ?", "2026-08-03T00:00:00"),  // the 1st is a Saturday
      ("0 0 0 31W MAY ?", "2026-05-29T00:00:00"),  // the 31st is a Sunday
      ("0 0 0 31W * ?", "2026-01-30T00:00:00 2026-03-31T00:00:00"),
      ("0 0 0 ? * L", "2026-01-03T00:00:00 2026-01-10T00:00:00"),
      ("0 0 0 ? * 6L", "2026-01-30T00:00:00 2026-02-27T00:00:00"),
      ("0 0 0 ? * friL", "2026-01-30T00:00:00"),
      ("0 0 0 ? * 6#3", "2026-01-16T00:00:00 2026-02-20T00:00:00"),
      ("0 0 0 ? * THU#5", "2026-01-29T00:00:00 2026-04-30T00:00:00"),
      ("0 0 0 29 2 ? *", "2028-02-29T00:00:00 2032-02-29T00:00:00"),
      ("0 0 0 29 2 ? 2096-2108", "2096-02-29T00:00:00"),
      ("0 0 0 1 1 ? 2026/20", "2026-01-01T00:00:00 2046-01-01T00:00:00"),
      ("0 5/0 0 1 1 ?", "2026-01-01T00:05:00 2027-01-01T00:05:00"),
      ("0 /20 5 1 1 ?", "2026-01-01T05:00:00 2026-01-01T05:20:00"),
    ]) func `every form of a field means what Quartz says`(crontab: String, runs text: String)
    throws
  {
    let expected = text.split(separator: " ").map(String.init)
    #expect(try runs(crontab, expected.count) == expected)
  }

  @Test(
    arguments: [
      ("61 0 0 * * ?", "second", "61 is not from 0 to 59"),
      ("0 x 0 * * ?", "minute", "'X' is no value"),
      ("0 0 24 * * ?", "hour", "24 is not from 0 to 23"),
      ("0 0 ? * * ?", "hour", "only the day of month"),
      ("0 0 1-2-3 * * ?", "hour", "'2-3' is no value"),
      ("0 0 -1 * * ?", "hour", "a value is missing"), ("0 0 1,,2 * * ?", "hour", "missing"),
      ("0 */60 * * * ?", "minute", "a step is at most 59"),
      ("0 */0 * * * ?", "minute", "a step is at least 1"),
      ("0 */x * * * ?", "minute", "a whole number must follow"),
      ("0 0 0 0 * ?", "day of month", "0 is not from 1 to 31"),
      ("0 0 0 1,L * ?", "day of month", "cannot stand in a list"),
      ("0 0 0 L-31 * ?", "day of month", "up to 30"),
      ("0 0 0 W * ?", "day of month", "W follows one day"),
      ("0 0 0 1-5W * ?", "day of month", "'1-5' is no value"),
      ("0 0 0 1 13 ?", "month", "13 is not from 1 to 12"),
      ("0 0 0 1 JANU ?", "month", "JAN to DEC"),
      ("0 0 0 ? * 0", "day of week", "1 is Sunday"),
      ("0 0 0 ? * 6#6", "day of week", "1 to 5"),
      ("0 0 0 ? * 6L,2", "day of week", "cannot stand in a list"),
      ("0 0 0 ? * LMON", "day of week", "L comes last"),
      ("0 0 0 * * *", "day of week", "cannot both be given"),
      ("0 0 0 1 * MON", "day of week", "write ? for the one"),
      ("0 0 0 ? * ?", "day of week", "only one of the two days"),
      ("0 0 0 1 1 ? 1969", "year", "1969 is not from 1970 to 2199"),
      ("0 0 0 1 1 ? 2030-2020", "year", "ends before it begins"),
      ("0 0 0 * *", "crontab", "5 fields instead of 6 or 7 (the seconds come first)"),
      ("0 0 0 * * ? * *", "crontab", "8 fields"), ("", "crontab", "0 fields"),
      ("0 0 99999999999999999999 * * ?", "hour", "is no value"),
      ("0 0 0 ١ * ?", "day of month", "is no value"),
    ]) func `a wrong field is named with what is allowed`(
      crontab: String, field: String, message: String
    )
  {
    let error = #expect(throws: ScheduleError.self) { try CronExpression(crontab) }
    #expect(error?.code == .crontab && error?.field == field)
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(error?.text != nil)
    #expect(CronExpression.problems(in: crontab).first == error)
  }

  @Test func `all wrong fields are told at once`() {
    let problems = CronExpression.problems(in: "60 60 24 ? 13 ? 1")
    #expect(
      problems.map(\.field) == ["second", "minute", "hour", "month", "day of week", "year"])
    #expect(CronExpression.problems(in: "0 0 0 ? * *").isEmpty)
  }

  @Test func `an expression is kept in capitals with seven fields`() throws {
    #expect(try CronExpression.normalized(" 0  30 6 ?\tjan-mar mon ") == "0 30 6 ? JAN-MAR MON *")
    #expect(try CronExpression("0 0 0 ? * MON") == CronExpression("00 0 0 ? 1-12 2 1970-2199"))
    #expect(throws: ScheduleError.self) { try CronExpression.normalized("0 0 0 * * *") }
  }

  @Test func `long texts are refused before they cost anything`() {
    let error = #expect(throws: ScheduleError.self) {
      try CronExpression("0 0 0 * * ? " + String(repeating: "2000,", count: 1_000_000))
    }
    #expect(error?.text?.count == 200)
  }

  @Test func `any text is either an expression or refused with a field`() {
    let pieces = [
      "*", "?", "L", "W", "LW", "#", "-", "/", ",", " ", "0", "1", "5", "7", "15", "31", "59", "60",
      "2026", "MON", "fri", "JAN", "é", "\u{0}", "\t",
    ]
    var random = SeededGenerator(seed: 7)
    var accepted = 0
    for _ in 0..<4_000 {
      var fields = ["0", "0", "0", "?", "*", "?"]
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let count = Int.random(in: 1...4, using: &random)
        let text = (0..<count).map { _ in pieces.randomElement(using: &random)! }.joined()
        fields[Int.random(in: 0..<6, using: &random)] = text
      }
      let text = fields.joined(separator: " ")
      if let cron = try? CronExpression(text) {
        accepted += 1
        #expect(CronExpression.problems(in: text).isEmpty && cron.next(from: 0) ?? 0 >= 0)
      } else {
        #expect(!CronExpression.problems(in: text).isEmpty, "\(text)")
      }
    }
    #expect(accepted > 20)
  }
}
