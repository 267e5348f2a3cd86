import Model
import Testing

@Suite struct InstantTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"),
    (951_782_400, "2000-02-29T00:00:00Z"),
    (1_709_251_199, "2024-02-29T23:59:59Z"),
    (4_107_542_400, "2100-03-01T00:00:00Z"),
    (-1, "1969-12-31T23:59:59Z"),
    (-2_203_891_200, "1900-03-01T00:00:00Z"),
  ])
  func `an instant prints as its date in UTC and is read back`(seconds: Int64, text: String) {
    let instant = Instant(microseconds: seconds * 1_000_000)
    #expect(instant.iso8601 == text)
    #expect(Instant(iso8601: text) == instant)
  }

  @Test(arguments: [
    ("2026-11-22T16:40:00+01:00", "2026-11-22T15:40:00Z"),
    ("2026-11-22T16:40:00-0530", "2026-11-22T22:10:00Z"),
    ("2026-11-22T16:40:00.5+01", "2026-11-22T15:40:00Z"),
  ])
  func `a zone's offset is taken into account`(text: String, utc: String) {
    #expect(Instant(iso8601: text)?.iso8601 == utc)
  }

  @Test(arguments: [
    "", "2026-11-22", "2026-11-22T16:40:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
    "2026-11-22T24:00:00Z", "2026-11-22T16:40:00.Z", "1999/01/01 11:10:01.000+0000",
    "2026-11-22T16:40:00Zx", "٢٠٢٦-11-22T16:40:00Z",
  ])
  func `anything else is refused`(text: String) {
    #expect(Instant(iso8601: text) == nil)
  }

  @Test(
    arguments: [
      (Int64.min, -9_223_372_036_854_776), (.max, 9_223_372_036_854_775), (-1000, -1), (0, 0),
    ] as [(Int64, Int64)])
  func `no number from outside stops the process`(microseconds: Int64, milliseconds: Int64) {
    let instant = Instant(microseconds: microseconds)
    #expect(instant.milliseconds == milliseconds)
    #expect(!instant.iso8601.isEmpty && !instant.iso8601Milliseconds.isEmpty)
    #expect(CivilDate(instant).isValid)
    #expect(instant.advanced(by: .seconds(Int64.max)) == Instant(microseconds: .max))
    #expect(instant.advanced(by: .seconds(Int64.min)) == Instant(microseconds: .min))
    for other in [Int64.min, .max] {
      let apart = instant.duration(to: Instant(microseconds: other))
      #expect(apart == .microseconds(other) - .microseconds(microseconds))
    }
  }

  @Test func `milliseconds and fractions keep their value before 1970 too`() {
    let instant = Instant(microseconds: -1)
    #expect(instant.milliseconds == -1)
    #expect(instant.iso8601Milliseconds == "1969-12-31T23:59:59.999Z")
    #expect(Instant(iso8601: "1970-01-01T00:00:00.000001Z")?.microseconds == 1)
  }

  @Test func `every day of four centuries survives the way there and back`() {
    for day in stride(from: -50_000 as Int64, to: 100_000, by: 1) {
      let instant = Instant(microseconds: day * 86_400_000_000 + 12_345)
      #expect(CivilDate(instant).isValid)
      #expect(CivilDate(instant).instant == instant)
    }
  }
}
