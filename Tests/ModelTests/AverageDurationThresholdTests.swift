import Model
import Testing

@Suite struct AverageDurationThresholdTests {
  @Test(arguments: [
    ("", 100), ("20%", 120), ("+20%", 120), ("+20s", 120), ("+20", 120), ("+2m", 220),
    ("30s", 30), ("5m", 300), ("90", 90), ("1h 30m", 5_400), ("2w", 1_209_600), (" 10s ", 10),
    ("0%", 100),
  ]) func `a threshold is more than the average, or a time`(text: String, seconds: Int) throws {
    let threshold = try #require(AverageDurationThreshold(text))
    #expect(threshold.limit(average: .seconds(100)) == .seconds(seconds))
  }

  @Test(arguments: [("20%", nil), ("+5", nil), ("5", 5)] as [(String, Int?)])
  func `without an average only a time is a limit`(text: String, seconds: Int?) throws {
    let threshold = try #require(AverageDurationThreshold(text))
    #expect(threshold.limit(average: nil) == seconds.map { .seconds($0) })
  }

  @Test(arguments: [
    "soon", "%", "-5", "5 minutes", "1000000%", "x%", "fast", "+", "${option.x}", "20%%",
  ])
  func `anything else is none`(text: String) {
    #expect(AverageDurationThreshold(text) == nil)
  }
}
