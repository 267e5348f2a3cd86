import TestSupport
import Testing

@testable import WorkflowEngine

/// Whatever is written as rules is read or refused, soon.
@Suite struct RulesetFuzzTests {
  private static let pieces = [
    "[", "]", "*", "1", "2-3", "Deploy QA", ",", " ", "\t", "\"", "\\\"", "\n", "\r\n",
    "run-at-start", "run-in-sequence", "run-after:", "if:", "unless:", "option.x", "==", "!=",
    "=~", "!~", ">=", "<=", ">", "<", "!", "${", "}", ".", "-", "(a+)+$", "99999999999999999999",
    "é", "\u{0}", "👩‍👩‍👧", "[*] run-in-sequence\n", "[1] run-after:2\n",
  ]

  @Test func `rules of random pieces are read or refused where they stand`() {
    var read = 0
    for seed in FuzzRounds(1_500) {
      var random = SeededGenerator(seed: seed)
      let count = Int.random(in: 0...12, using: &random)
      let text = (0..<count).map { _ in Self.pieces.randomElement(using: &random)! }.joined()
      do {
        let rules = try Ruleset(text, steps: [nil, "Deploy QA", nil])
        #expect(rules.waiting.count == 3, "seed \(seed)")
        _ = rules.conditions.map { $0.hold(["option.x": "1"]) }
        read += 1
      } catch {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        #expect((1...lines.count).contains(error.line), "seed \(seed): \(error)")
        #expect(
          (1...lines[error.line - 1].count + 1).contains(error.column), "seed \(seed): \(error)")
      }
    }
    #expect(read > 10)
  }

  @Test func `good rules with one character changed are read or refused`() {
    let good = Array(
      "[2,3-4] run-after:1 if:option.x==1\n[Deploy QA] \"run-after:2\" unless:!data.y")
    for seed in FuzzRounds(400) {
      var random = SeededGenerator(seed: seed)
      var text = good
      let place = Int.random(in: text.indices, using: &random)
      text[place] = Character(Unicode.Scalar(UInt8.random(in: 1...126, using: &random)))
      _ = try? Ruleset(String(text), steps: [nil, nil, nil, "Deploy QA"])
    }
  }

  @Test func `rules for ten thousand steps are read, and too many waits are refused`() throws {
    let steps = [String?](repeating: nil, count: 10_000)
    #expect(try Ruleset("[*] run-in-sequence", steps: steps).waiting[9_999] == [9_998])
    #expect(throws: RulesetError.self) { try Ruleset("[*] run-after:1-10000", steps: steps) }
  }
}
