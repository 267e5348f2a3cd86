import JSONPrograms
import TestSupport
import Testing

/// Whatever is written as a program gives results or a problem, and leaves the next one alone.
@Suite struct JSONProgramFuzzTests {
  private static let pieces = [
    ".", ".a", "[", "]", "[]", "{", "}", "(", ")", "|", ",", ":", ";", "..", "?", "?//", "//", "-",
    "*", "/", "%", "+", "=", "|=", "==", "<", "and", "or", "not", "as", "$x", "$__loc__", "$ENV",
    "1", "-1", "1e999", "1e9", "\"a\"", "\"\\(", "\"", "@base64", "@base64d", "@csv", "@sh",
    "@json",
    "def f: ", "f", "reduce", "foreach", "if", "then", "else", "elif", "end", "try", "catch",
    "label $x | ", "break $x", "import", "include", "range(3)", "keys", "add", "map(", "select(",
    "path(", "paths", "getpath(", "setpath(", "delpaths(", "to_entries", "tojson", "fromjson",
    "test(", "splits(", "sub(", "ltrimstr(", "implode", "explode", "infinite", "nan", "limit(2;",
    "first(", "env", "input", "halt", "error", "strptime(", "mktime", "todate", "tostream",
    "fromstream(", "group_by(", "min_by(", "ascii", "indices(", "transpose", "#", "\n", "é", "%::",
  ]
  private static let inputs = [
    "null", "1", "\"a\"", "[1,[2,{}],null]", #"{"a":{"b":[1,2]},"c":"x"}"#, "nan", "[]", "-0",
  ]

  @Test func `programs of random pieces are answered`() async throws {
    var run = 0
    for seed in FuzzRounds(80) {
      var random = SeededGenerator(seed: seed)
      let count = Int.random(in: 1...8, using: &random)
      let program = (0..<count).map { _ in Self.pieces.randomElement(using: &random)! }
        .joined(separator: Bool.random(using: &random) ? " " : "")
      let input = Self.inputs.randomElement(using: &random)!
      switch await JSONProgramTests.problem(of: program, over: input) {
      case nil: run += 1
      case .unavailable(let reason)?: Issue.record("seed \(seed): \(program): \(reason)")
      case .program, .input, .failed, .stopped: continue
      }
    }
    #expect(run > 0)
    #expect(try await JSONProgramTests.runner.results(of: ".", over: "1") == ["1"])
  }
}
