import Testing

@testable import Daemon

@Suite struct PropertiesDocumentTests {
  private func pairs(_ text: String) throws -> [[String]] {
    try PropertiesDocument(text).entries.map { [$0.key, $0.value] }
  }

  @Test(arguments: ["a=b", "a:b", "a b", "a = b", "  a\t:\tb", "a\u{0C}b", "a   =b"])
  func `key and value stand apart by an equals sign, a colon or white space`(text: String) throws {
    #expect(try pairs(text) == [["a", "b"]])
  }

  @Test func `only the first separator counts`() throws {
    #expect(try pairs("url=jdbc:h2:file:/x;a=b") == [["url", "jdbc:h2:file:/x;a=b"]])
    #expect(try pairs("a = = b") == [["a", "= b"]])
  }

  @Test func `a key without a value has the empty one`() throws {
    #expect(try pairs("a\nb=\nc :") == [["a", ""], ["b", ""], ["c", ""]])
  }

  @Test func `comments and blank lines are nothing`() throws {
    #expect(try pairs("# a=1\n  ! b=2\n\n \t\nc=3 # no comment") == [["c", "3 # no comment"]])
  }

  @Test func `a comment is not continued`() throws {
    #expect(try pairs("# a \\\nb=1") == [["b", "1"]])
  }

  @Test func `a backslash continues a line without the next one's indentation`() throws {
    #expect(try pairs("a = one, \\\n    two\\\r\n\t, three") == [["a", "one, two, three"]])
  }

  @Test func `an even number of backslashes does not continue a line`() throws {
    #expect(try pairs("a=b\\\\\nc=d") == [["a", "b\\"], ["c", "d"]])
  }

  @Test func `a backslash at the end of the file is dropped`() throws {
    #expect(try pairs("a=b\\") == [["a", "b"]])
  }

  @Test func `escapes stand for their characters in keys and values`() throws {
    #expect(try pairs("a\\ b\\:c\\=d = \\t\\n\\r\\f\\q\\\\") == [["a b:c=d", "\t\n\r\u{0C}q\\"]])
    #expect(try pairs("k=\\u00e9\\uD83D\\uDE00") == [["k", "é😀"]])
  }

  @Test(arguments: ["a=\\u12", "a=\\u12g4", "\\u=1"])
  func `a broken unicode escape names its line`(text: String) {
    #expect(throws: PropertiesDocument.SyntaxError.self) { try PropertiesDocument("\n" + text) }
    do {
      _ = try PropertiesDocument("\n" + text)
    } catch {
      #expect(error.line == 2)
    }
  }

  @Test func `bytes are UTF-8 or else ISO 8859-1`() throws {
    #expect(try PropertiesDocument(bytes: Array("a=é".utf8)).entries.first?.value == "é")
    #expect(try PropertiesDocument(bytes: [0x61, 0x3D, 0xE9]).entries.first?.value == "é")
  }

  @Test func `lines are counted from one and an entry is where it begins`() throws {
    let document = try PropertiesDocument("\u{FEFF}# x\r\na=1 \\\r\n 2\rb=3\n")
    #expect(document.entries.map(\.line) == [2, 4])
    #expect(document.entries.map(\.value) == ["1 2", "3"])
  }

  @Test func `the last entry of a key counts and the others are known`() throws {
    let document = try PropertiesDocument("a=1\nb=2\na=3")
    #expect(document.lastEntries["a"]?.value == "3")
    #expect(document.replacedEntries.map(\.line) == [1])
  }
}
