import Pattern
import Testing

@Suite struct JobPatternTests {
  @Test(
    arguments: [
      ("[a-f]+", "abc", true), ("[a-f]+", "abcz", false), ("[a-f]+", "zabc", false),
      ("a|ab", "ab", true), ("abc$", "abc\n", false), ("^abc$", "abc", true),
      ("a.c", "a\nc", false),
      ("(?s)a.c", "a\nc", true), ("", "", true), ("", "a", false), ("x*", "", true),
      ("(a)(b)?\\1", "aa", true), ("(?<y>\\d{4})-\\k<y>", "2024-2024", true),
      ("(?<=a)b", "ab", false), ("a(?=b)b", "ab", true), ("a\0b", "a\0b", true),
      ("c++", "ccc", true), ("(?>a+)a", "aaa", false), ("\\Qa.b[\\E", "a.b[", true),
    ] as [(String, String, Bool)])
  func `the whole value must match`(text: String, value: String, expected: Bool) throws {
    #expect(try JobPattern(text).matches(value) == expected)
  }

  @Test(
    arguments: [
      ("\\d+", "٣", false), ("(?U)\\d+", "٣", true), ("\\w", "é", false), ("\\p{L}+", "éß", true),
      (".", "😀", true), ("[😀-😂]", "😁", true), ("\\u00e9", "é", true), ("\\uD83D\\uDE00", "😀", true),
      ("(?i)é", "É", true), ("(?iu)é", "É", true), ("(?u)é", "é", true), ("(?i-u:A)b", "ab", true),
      ("\\p{Alpha}+", "abc", true), ("\\p{Alpha}+", "é", false), ("\\P{Alpha}", "é", true),
      ("[\\p{Upper}\\p{Digit}_]+", "A_1", true), ("\\p{IsLatin}+", "aé", true),
      ("\\p{IsAlphabetic}", "é", true), ("\\p{Lu}", "É", true), ("\\p{IsDigit}", "٣", true),
    ] as [(String, String, Bool)])
  func `characters are Java's`(text: String, value: String, expected: Bool) throws {
    #expect(try JobPattern(text).matches(value) == expected)
  }

  @Test(
    arguments: [
      ("[a-d[m-p]]+", "dm", true), ("[a-d[m-p]]+", "d[", false), ("[0[-9]]+", "0-9", true),
      ("[0[-9]]", "5", false), ("[[a-]z]+", "a-z", true), ("[[a-]z]", "b", false),
      ("[a-[b]]+", "a-b", true), ("[^a[b]]", "b", false), ("[[:alpha:]]+", "ab", true),
      ("[]a]+", "]a", true), ("[^]]", "a", true), ("[\\]a]+", "]a", true), ("[\\[]", "[", true),
      ("[a&]+", "a&", true), ("[(]", "(", true), ("[[\\w]-z]+", "a-z", true),
    ] as [(String, String, Bool)])
  func `sets within sets add up`(text: String, value: String, expected: Bool) throws {
    #expect(try JobPattern(text).matches(value) == expected)
  }

  @Test(arguments: [
    "asdf[", "(", ")", "*a", "a**", "(?<n", "[z-a]", "\\", "(*UTF)a", "(*LIMIT_MATCH=1)a", "\\C",
    "[a-z&&[^b]]", "[a[^b]]", "(?R)", "(?J)a", "\\uD83D", "\\u12", "\\u+123", "\\p{Nonsense}",
    "\\1",
    "(?<=a*)b", "\\é",
  ])
  func `what is no expression is refused and named`(text: String) {
    let error = #expect(throws: JobPatternError.self) { try JobPattern(text) }
    #expect(error?.pattern == text && error?.reason.isEmpty == false)
  }

  @Test(arguments: [
    String(repeating: "[", count: 200_000), String(repeating: "(", count: 200_000),
    String(repeating: "x", count: 4_097), String(repeating: "[", count: 41),
    String(repeating: "(", count: 41) + String(repeating: ")", count: 41),
    String(repeating: "(?:", count: 1_000), "(((a{1000}){1000}){1000})",
  ])
  func `an expression that is too large is refused`(text: String) {
    let error = #expect(throws: JobPatternError.self) { try JobPattern(text) }
    let reason = error?.reason ?? ""
    #expect(["longer", "nested", "too large"].contains { reason.contains($0) }, "\(reason)")
    #expect((error?.pattern.count ?? 0) <= 4_096)
  }

  @Test func `nesting within the limit and escaped brackets are no matter`() throws {
    let groups = String(repeating: "(", count: 40) + "a" + String(repeating: ")", count: 40)
    #expect(try JobPattern(groups).matches("a"))
    let brackets = String(repeating: "[", count: 100)
    #expect(try JobPattern(String(repeating: "\\[", count: 100)).matches(brackets))
    let many = String(repeating: "bc", count: 100)
    #expect(try JobPattern(String(repeating: "(b)[c]", count: 100)).matches(many))
  }

  @Test func `no text ends the process, whatever it is made of`() {
    var generator = SystemRandomNumberGenerator()
    let pieces = [
      "a", "-", "[", "]", "[^", "&", "&&", "(", ")", "(?", "(?i", "(?U)", "*", "+", "{1,3}", "|",
      "\\", "\\p",
      "\\p{", "}", "Alpha", "\\u", "12ab", "D83D", "\\Q", "\\E", "[:", ":]", ":", "^", "$", "é",
      "\\x{", "\0",
    ]
    for _ in 0..<5_000 {
      let count = Int.random(in: 1...12, using: &generator)
      let text = (0..<count).map { _ in pieces.randomElement(using: &generator)! }.joined()
      _ = try? JobPattern(text).matches("a-é[")
    }
  }
}
