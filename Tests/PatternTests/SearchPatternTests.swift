import Pattern
import Testing

@Suite struct SearchPatternTests {
  private func first(_ pattern: String, _ value: String, isWhole: Bool = false) throws -> [String?]?
  {
    var budget = MatchingBudget()
    return try SearchPattern(pattern, isWhole: isWhole).first(in: value, within: &budget)?.texts
  }

  @Test func `the groups of the first match are told`() throws {
    #expect(try first(#"(\w+)=(\w+)"#, "x a=b c=d") == ["a=b", "a", "b"])
    #expect(try first("(a)|(b)", "b") == ["b", nil, "b"])
    #expect(try first("z", "abc") == nil)
  }

  @Test func `a whole value matches or does not`() throws {
    #expect(try first("b", "abc", isWhole: true) == nil)
    #expect(try first("a(b)c", "abc", isWhole: true) == ["abc", "b"])
  }

  @Test func `all matches come one behind the other, empty ones too`() throws {
    var budget = MatchingBudget()
    let words = try SearchPattern(#"\w*"#).matches(in: "ä ab", within: &budget).map { $0[0] }
    #expect(words == ["", "", "ab", ""])
    let replaced = try SearchPattern(#"\s|\$|\{"#).replacing(
      in: "a ${b", with: "_", within: &budget)
    #expect(replaced == "a___b")
  }

  @Test func `a search that backtracks for ever is stopped`() throws {
    let pattern = try SearchPattern("(a+)+$")
    var budget = MatchingBudget(.milliseconds(20))
    let value = String(repeating: "a", count: 40) + "b"
    #expect(throws: JobPatternOverrun.self) { try pattern.first(in: value, within: &budget) }
  }

  @Test func `a dot may stand for the end of a line`() throws {
    var budget = MatchingBudget()
    let pattern = try SearchPattern("a(.*)", dotMatchesAll: true)
    #expect(try pattern.first(in: "a1\n2\n", within: &budget)?[1] == "1\n2\n")
    #expect(try first("a(.*)", "a1\n2") == ["a1", "1"])
  }
}
