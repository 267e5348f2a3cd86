import JobFormat
import Model
import TestSupport
import Testing

@testable import Execution

/// Whatever is written as arguments, paths, formats, addresses and remote values is read or refused, soon.
@Suite struct OptionFuzzTests {
  private static func text(
    of pieces: [String], upTo most: Int, _ random: inout SeededGenerator
  ) -> String {
    let count = Int.random(in: 0...most, using: &random)
    return (0..<count).map { _ in pieces.randomElement(using: &random)! }.joined()
  }

  private static let words = [
    "-", "a", " ", "\t", "\n", "'", "\"", "\\", "${option.a}", "$", "é", "👩‍👩‍👧", "\u{0}", "-opt ", "=",
    "\u{301}", "\r\n", "''", "\\\"", "--", "x y",
  ]

  @Test func `lines of random pieces are cut, and what is joined is cut again the same`() throws {
    var read = 0
    for seed in FuzzRounds(3_000) {
      var random = SeededGenerator(seed: seed)
      let line = Self.text(of: Self.words, upTo: 14, &random)
      if let words = try? ArgumentLine.split(line) {
        read += 1
        #expect(try ArgumentLine.split(ArgumentLine.join(words)) == words, "seed \(seed)")
      }
      let words = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        Self.text(of: Self.words, upTo: 4, &random)
      }
      #expect(try ArgumentLine.split(ArgumentLine.join(words)) == words, "seed \(seed)")
      let pairs = words.enumerated().flatMap { ["-o\($0)", $1] }
      let options = try ArgumentLine.options(ArgumentLine.join(pairs))
      #expect(options.map(\.value) == words, "seed \(seed)")
    }
    #expect(read > 100)
  }

  private static let paths = [
    "$", ".", "..", "[", "]", "*", "'", "\"", "?", "(", ")", "@", "&&", "||", "!", "==", "<", ">=",
    "a", "b", "0", "-1", ":", ",", " ", "true", "null", "1.5", "\\", "é", "[?(@.a>1)]", "['a']",
    "[0]", "[*]", "..a", "9999999999",
  ]

  @Test func `JSON paths of random pieces are read or refused, and select something or nothing`()
    throws
  {
    let document = try JobValue(
      jsonText: #"{"a":[{"a":1,"b":[2,{"a":"x"}]},{"a":3}],"b":{"a":[]}}"#)
    var read = 0
    for seed in FuzzRounds(3_000) {
      var random = SeededGenerator(seed: seed)
      let text = Self.text(of: Self.paths, upTo: 10, &random)
      guard let path = try? JSONPath(text) else { continue }
      read += 1
      _ = try? path.select(in: document)
    }
    #expect(read > 30)
  }

  private static let answers = [
    "[", "]", "{", "}", ",", ":", "\"a\"", "\"name\"", "\"value\"", "1", "true", "null", " ", "\n",
    "\"", "\\u00", "é", #"{"name":"a","value":"b"}"#, "[\"x\"]", "\u{FEFF}", "1e999", "-",
  ]

  @Test func `answers of random pieces are values or refused`() {
    for seed in FuzzRounds(3_000) {
      var random = SeededGenerator(seed: seed)
      var bytes = Array(Self.text(of: Self.answers, upTo: 16, &random).utf8)
      if Bool.random(using: &random), !bytes.isEmpty {
        bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
      }
      for form in [RemoteAnswer.Form.json, .lines] {
        _ = try? RemoteAnswer(form: form, bytes: bytes).choices(
          filter: Bool.random(using: &random) ? "$..a" : nil)
      }
    }
  }

  private static let addresses = [
    "http://", "https://", "file:", "h", "/", "?", "#", "timeout=", "9", ";", "retry=1", "@", ":",
    "%2e", "..", "${option.a.value}", "${", "}", "${globals.b}", " ", "é", "//", "ftp://",
    "127.0.0.1:1", "99999999999999999999", "=",
  ]

  @Test func `addresses of random pieces are filled in, read and redirected, or refused`() {
    for seed in FuzzRounds(3_000) {
      var random = SeededGenerator(seed: seed)
      let template = RemoteTemplate(text: Self.text(of: Self.addresses, upTo: 9, &random))
      let text = template.expanded(
        for: "o", in: RemoteContext(), values: ["a": Self.text(of: Self.words, upTo: 4, &random)])
      guard let address = try? RemoteAddress(text) else { continue }
      #expect(!address.text.contains("#") && !address.shown.contains("?"), "seed \(seed)")
      _ = address.origin
      let next = try? address.redirected(to: Self.text(of: Self.addresses, upTo: 5, &random))
      #expect(next?.scheme != .file, "seed \(seed)")
    }
  }

  private static let formats = [
    "YYYY", "MM", "D", "Do", "[", "]", "HH", "mm", "a", "Z", "X", "SSS", "T", "-", " ", "w", "é",
    "dddd", "L", "'", "yyyy", "EEE", "''", "${DATE:", "}", "+2:", "DATE", "0", "12", "2024",
  ]

  @Test func `formats and dates of random pieces are read or not`() {
    let dates = DateVariable(now: 1_709_163_005_042_000, offset: 3_600)
    for seed in FuzzRounds(3_000) {
      var random = SeededGenerator(seed: seed)
      let format = Self.text(of: Self.formats, upTo: 7, &random)
      _ = MomentFormat(format)?.matches(Self.text(of: Self.formats, upTo: 7, &random))
      _ = dates.expand("${DATE" + Self.text(of: Self.formats, upTo: 4, &random) + "}")
      _ = dates.expand(format)
    }
  }

  @Test func `random options with random values are resolved, or every message names one`() throws {
    for seed in FuzzRounds(400) {
      var random = SeededGenerator(seed: seed)
      let options = (0..<3).map { Self.option("o\($0)", &random) }
      var values: [String: String] = [:]
      for option in options where Bool.random(using: &random) {
        values[option.name] = Self.text(of: Self.words, upTo: 3, &random)
      }
      do {
        let resolved = try resolveOptions(options, nil, values)
        let line = try ArgumentLine.options(resolved.argString ?? "")
        #expect(
          Dictionary(line.map { ($0.name, $0.value) }) { $1 } == resolved.plain, "seed \(seed)")
      } catch let error as OptionsError {
        #expect(error.messages.allSatisfy { $0.contains("Option 'o") }, "seed \(seed): \(error)")
      }
    }
  }

  private static func option(_ name: String, _ random: inout SeededGenerator) -> JobOption {
    func flag() -> Bool { Bool.random(using: &random) }
    func text() -> String { Self.text(of: Self.words, upTo: 3, &random) }
    return JobOption(
      name: name, defaultValue: flag() ? text() : nil, values: flag() ? [text(), "a"] : nil,
      required: flag(), enforced: flag(),
      regex: flag() ? ["a+", "(a+)+$", "[", ".*"][Int.random(in: 0..<4, using: &random)] : nil,
      multivalued: flag(), delimiter: flag() ? text() : nil, multivalueAllSelected: flag(),
      secure: flag(), isDate: flag(),
      dateFormat: flag() ? Self.text(of: formats, upTo: 3, &random) : nil)
  }
}
