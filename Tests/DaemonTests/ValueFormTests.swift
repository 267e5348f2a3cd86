import Testing

@testable import Daemon

@Suite struct ValueFormTests {
  @Test(arguments: [
    ("500ms", 500), ("10s", 10_000), ("5m", 300_000), ("2 h", 7_200_000), ("1d", 86_400_000),
    ("30", 30_000), ("10S", 10_000), ("0", 0),
  ])
  func `a duration has a unit or the key's documented one`(text: String, milliseconds: Int) {
    #expect(ValueForm.duration(in: .seconds).parse(text) == .milliseconds(milliseconds))
  }

  @Test(arguments: [
    "", "s", "-1s", "1.5s", "10 weeks", "99999999999999999999", "9223372036854775807d",
  ])
  func `what is no duration is refused`(text: String) {
    #expect(ValueForm.duration(in: .seconds).parse(text) == nil)
  }

  @Test func `a duration out of its range is refused and the range is named`() {
    let form = ValueForm.duration(in: .milliseconds, .milliseconds(100) ... .seconds(60))
    #expect(form.parse("99") == nil)
    #expect(form.parse("61s") == nil)
    #expect(form.allowed.contains("from 100ms to 1m"))
    #expect(form.format(.milliseconds(1500)) == "1500ms")
    #expect(form.format(.zero) == "0ms")
  }

  @Test(arguments: [
    ("true", true), ("YES", true), ("on", true), ("1", true), ("False", false), ("0", false),
  ])
  func `booleans are read in their usual spellings`(text: String, value: Bool) {
    #expect(ValueForm.bool.parse(text) == value)
  }

  @Test func `what is no boolean is refused`() {
    #expect(ValueForm.bool.parse("maybe") == nil)
  }

  @Test(arguments: ["/a", "/"]) func `a path is absolute`(text: String) {
    #expect(ValueForm.path.parse(text) == text)
    #expect(ValueForm.path.parse("a" + text) == nil)
  }

  @Test(arguments: ["https://", "https://a b", "a.example", "ftp://a"])
  func `what is no URL is refused`(text: String) {
    #expect(ValueForm.url().parse(text) == nil)
  }

  @Test func `an enumeration is read in any case and lists its names`() {
    let form: ValueForm<LogFormat> = .oneOf
    #expect(form.parse("JSON") == .json)
    #expect(form.parse("xml") == nil)
    #expect(form.allowed == "one of auto, text, json, journal")
  }

  @Test func `a UUID has its five groups`() {
    #expect(ValueForm.uuid.parse("123E4567-e89b-12d3-a456-426614174000") != nil)
    #expect(ValueForm.uuid.parse("123e4567-e89b-12d3-a456-42661417400") == nil)
    #expect(ValueForm.uuid.parse("g23e4567-e89b-12d3-a456-426614174000") == nil)
  }

  @Test(arguments: [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "abc", 0)])
  func `edits are counted`(left: String, right: String, count: Int) {
    #expect(NearMiss.edits(Array(left), Array(right)) == count)
  }
}
