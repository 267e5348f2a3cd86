import Model
import Testing

@testable import Schedule

@Suite struct PosixZoneTests {
  private func changes(_ text: String, _ year: Int) throws -> [String] {
    try #require(PosixZone(text)).changes(in: year).map { "\(at($0.start).iso8601) \($0.offset)" }
  }

  @Test func `the rules of real zones give their changes`() throws {
    #expect(
      try changes("CET-1CEST,M3.5.0,M10.5.0/3", 2040) == [
        "2040-03-25T01:00:00Z 7200", "2040-10-28T01:00:00Z 3600",
      ])
    #expect(
      try changes("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2040) == [
        "2040-03-25T01:00:00Z -3600", "2040-10-28T01:00:00Z -7200",
      ])
    #expect(
      try changes("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 2040) == [
        "2040-03-31T15:00:00Z 37800", "2040-10-06T15:30:00Z 39600",
      ])
    #expect(
      try changes("EET-2EEST,M3.4.4/50,M10.4.4/50", 2040) == [
        "2040-03-24T00:00:00Z 10800", "2040-10-26T23:00:00Z 7200",
      ])
  }

  @Test func `days of the year count with and without leap days`() throws {
    #expect(
      try changes("AAA0BBB,J60,J61", 2028) == [
        "2028-03-01T02:00:00Z 3600", "2028-03-02T01:00:00Z 0",
      ])
    #expect(
      try changes("AAA0BBB,59,60/0", 2028) == [
        "2028-02-29T02:00:00Z 3600", "2028-02-29T23:00:00Z 0",
      ])
  }

  @Test(arguments: [
    "", "CE-1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
    "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-200", "<+01-1", "CET-1x",
    "CET-1CEST,J0,J1", "CET-1CEST,J366,J1", "CET-1:99",
  ]) func `another text is no rule`(text: String) {
    #expect(PosixZone(text) == nil)
  }
}
