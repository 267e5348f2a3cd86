import Model
import Testing

@Suite struct JobPatternTests {
  @Test(arguments: [
    String(repeating: "[", count: 200_000), String(repeating: "(", count: 200_000),
    String(repeating: "[", count: 41), String(repeating: "([", count: 21),
    String(repeating: "x", count: 4_097),
  ])
  func `an expression that would use up the parser's stack is refused`(text: String) {
    let error = #expect(throws: JobPatternError.self) { try JobPattern(text) }
    #expect((error?.pattern.count ?? 999) <= 40)
    #expect(error?.reason.contains(text.count > 4_096 ? "longer" : "nested") == true)
  }

  @Test func `nesting within the limit and escaped brackets are no matter`() throws {
    let groups = String(repeating: "(", count: 10) + "a" + String(repeating: ")", count: 10)
    #expect(try JobPattern(groups).matches("a"))
    #expect(
      try JobPattern(String(repeating: "\\[", count: 100)).matches(
        String(repeating: "[", count: 100)))
    #expect(
      try JobPattern(String(repeating: "(b)[c]", count: 100)).matches(
        String(repeating: "bc", count: 100)))
  }
}
