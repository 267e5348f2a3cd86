import Model
import Testing

@Suite struct DurationWrittenTests {
  @Test(arguments: [
    ("500ms", 500), ("10s", 10_000), ("5m", 300_000), ("2h", 7_200_000), ("1d", 86_400_000),
    ("7", 7_000), ("0", 0), ("3 H", 10_800_000), ("2MS", 2),
  ])
  func `a duration has a unit or is a number of the plain one`(text: String, milliseconds: Int) {
    #expect(Duration(written: text, plain: 1_000) == .milliseconds(milliseconds))
  }

  @Test(arguments: ["", "s", "-1s", "1.5s", "5x", "1h30m", "9223372036854775807d", "+5", "٣s"])
  func `anything else is none`(text: String) {
    #expect(Duration(written: text, plain: 1) == nil)
  }
}
