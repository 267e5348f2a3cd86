import Testing

@testable import Execution

/// Dates in values of options.
@Suite struct DateTests {
  /// 2024-02-28 23:30:05.042 in Greenwich.
  private static let dates = DateVariable(now: 1_709_163_005_042_000, offset: 0)

  @Test(arguments: [
    ("${DATE:yyyy-MM-dd}", "2024-02-28"), ("${DATE+2:yyyyMMdd}", "20240301"),
    ("a ${DATE-28:dd.MM.yy} b", "a 31.01.24 b"), ("${DATE:HH:mm:ss.SSS}", "23:30:05.042"),
    ("${DATE:EEE d MMM yyyy hh:mm a}", "Wed 28 Feb 2024 11:30 PM"),
    ("${DATE:yyyy-MM-dd'T'HH:mm:ssXXX}", "2024-02-28T23:30:05Z"),
    ("${DATE:D}/${DATE:yyyy}", "59/2024"), ("${DATE:MMMM ''yy}", "February '24"),
    ("${DATE}", "${DATE}"), ("${DATE:}", "${DATE:}"), ("${DATE+x:yyyy}", "${DATE+x:yyyy}"),
    ("${DATE:qq}", "${DATE:qq}"), ("${DATE:yyyy", "${DATE:yyyy"),
    ("${OTHER:yyyy}", "${OTHER:yyyy}"),
    ("${DATE+99999999:yyyy}", "${DATE+99999999:yyyy}"), ("${DATE-60000:yyyy}", "1859"),
  ])
  func `a date variable is today in Java's letters`(text: String, expected: String) {
    #expect(Self.dates.expand(text) == expected)
  }

  @Test func `the day is that of the host's zone`() {
    var dates = Self.dates
    dates.offset = 3_600
    #expect(dates.expand("${DATE:yyyy-MM-dd HH:mm Z}") == "2024-02-29 00:30 +0100")
    dates.offset = -19_800
    #expect(dates.expand("${DATE:HH:mmXXX}") == "18:00-05:30")
    #expect(
      DateVariable(now: -1).expand("${DATE:yyyy-MM-dd HH:mm:ss.SSS}") == "1969-12-31 23:59:59.999")
  }

  @Test(arguments: [
    ("YYYY-MM-DD", "2024-02-29"), ("MM/DD/YY hh:mm a", "02/29/24 11:30 PM"),
    ("YYYY-MM-DDTHH:mm:ssZ", "2024-02-29T23:59:59+01:00"), ("L", "02/29/2024"),
    ("dddd, MMMM Do YYYY", "Thursday, February 29th 2024"), ("[Week] D", "Week 7"),
    ("X", "1709163005"), ("HH:mm:ss.SSS", "00:00:00.123"), ("Q", "4"), ("DDD", "366"),
  ])
  func `dates of a format match it`(format: String, text: String) throws {
    let format = try #require(MomentFormat(format))
    #expect(format.matches(text))
    #expect(!format.matches(text + "x") && !format.matches(""))
  }

  @Test(arguments: [
    ("YYYY-MM-DD", "2023-02-29"), ("YYYY-MM-DD", "24-02-29"), ("DD.MM.YYYY", "31.04.2024"),
    ("HH:mm", "24:00"), ("hh:mm a", "13:00 pm"), ("YYYY-MM-DD", "2024-2-9"),
    ("MMM", "Foo"), ("Z", "+99:00"), ("YYYY-MM-DD", "２０２４-02-01"),
  ])
  func `others do not`(format: String, text: String) throws {
    #expect(try !#require(MomentFormat(format)).matches(text))
  }

  @Test func `formats of weeks are not judged`() {
    for format in ["ww", "gggg", "GG", "w", "LLLLL"] { #expect(MomentFormat(format) == nil) }
  }
}
