import Testing

@testable import Execution

@Suite struct ArgumentLineTests {
  @Test(
    arguments: [
      ("", []), ("  a  b ", ["a", "b"]), ("'a b' \"c d\"", ["a b", "c d"]),
      ("a\"b c\"d", ["ab cd"]), ("\"say \"\"hi\"\"\"", ["say \"hi\""]), ("'it''s'", ["it's"]),
      ("a\\ b \\\"x\\\"", ["a b", "\"x\""]), ("C:\\dir \\n", ["C:\\dir", "\\n"]),
      ("\"\" ''", ["", ""]), ("\"a\\\\\"", ["a\\"]), ("'a\\'", ["a\\"]),
    ] as [(String, [String])])
  func `a line is cut at white space outside of quotes`(line: String, words: [String]) throws {
    #expect(try ArgumentLine.split(line) == words)
  }

  @Test func `what was joined is cut into the same again`() throws {
    let pieces = ["", "a", " ", "\"", "'", "\\", "a b", "C:\\x", "-o", "\\\"", "é", "\n", "$x"]
    for one in pieces {
      for other in pieces {
        let words = [one, one + other, other]
        #expect(try ArgumentLine.split(ArgumentLine.join(words)) == words)
      }
    }
    #expect(
      ArgumentLine.join(["-opt1", "xyz", "-opt2", "two words"]) == "-opt1 xyz -opt2 \"two words\"")
  }

  @Test func `options are pairs of a name and any value`() throws {
    let options = try ArgumentLine.options("-a 1 -b '-x y' -a -2")
    #expect(options.map(\.name) == ["a", "b", "a"])
    #expect(options.map(\.value) == ["1", "-x y", "-2"])
  }

  @Test func `a line that is no list of options says why`() {
    #expect(throws: ArgumentLineError.missingValue(option: "b")) {
      _ = try ArgumentLine.options("-a 1 -b")
    }
    #expect(throws: ArgumentLineError.unexpected("a")) { _ = try ArgumentLine.options("a 1") }
    #expect(throws: ArgumentLineError.unterminatedQuote("x y")) {
      _ = try ArgumentLine.options("-a \"x y")
    }
  }
}
