/// A parsed `.properties` file, in the syntax of `java.util.Properties.load`: `=`, `:` or white space between key and
/// value, `#` and `!` comments, `\` at a line's end continues it, `\t \n \r \f \uXXXX` and `\` before anything else.
public struct PropertiesDocument: Sendable, Equatable {
  /// One key with its value.
  public struct Entry: Sendable, Equatable {
    /// The key, unescaped.
    public let key: String
    /// The value, unescaped; white space at its end belongs to it.
    public let value: String
    /// The line on which the entry begins, from 1.
    public let line: Int
  }

  /// A line that cannot be read.
  public struct SyntaxError: Error, Sendable, Equatable {
    /// The line on which the entry begins, from 1.
    public let line: Int
    /// What is wrong with it.
    public let reason: String
  }

  /// Every entry in the order of the file, those of one key included.
  public let entries: [Entry]

  /// Reads a file's bytes: UTF-8, or ISO 8859-1 when they are not valid UTF-8.
  public init(bytes: [UInt8]) throws(SyntaxError) {
    if let text = String(validating: bytes, as: UTF8.self) {
      try self.init(text)
    } else {
      try self.init(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })))
    }
  }

  init(entries: [Entry]) {
    self.entries = entries
  }

  /// Reads a text.
  public init(_ text: String) throws(SyntaxError) {
    var entries: [Entry] = []
    for line in PropertiesLines(text) {
      var parser = PropertiesEntryParser(line.text, line: line.number)
      entries.append(try parser.entry())
    }
    self.entries = entries
  }

  /// The last entry of each key: the one that counts.
  public var lastEntries: [String: Entry] {
    Dictionary(entries.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
  }

  /// The entries that a later one of the same key replaces.
  public var replacedEntries: [Entry] {
    let last = lastEntries
    return entries.filter { last[$0.key] != $0 }
  }
}
