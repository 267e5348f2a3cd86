/// One field of a journal entry (systemd.journal-fields(7)).
public struct JournalField: Sendable, Hashable {
  /// Why a name is none.
  public struct InvalidName: Error, Sendable, Hashable, CustomStringConvertible {
    /// The refused name.
    public let name: String
    public var description: String {
      "\(name): a journal field has 1…64 of A-Z, 0-9 and _, and begins with a letter"
    }
  }

  /// The name, e.g. `MESSAGE`.
  public let name: String
  /// The value's UTF-8; line ends and NUL are fine.
  public let value: String

  /// A field. Throws `InvalidName` for a name that the journal would drop.
  public init(_ name: String, _ value: String) throws(InvalidName) {
    guard Self.isValid(name) else { throw InvalidName(name: name) }
    self.name = name
    self.value = value
  }

  private init(known name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// `MESSAGE`: the text a reader sees.
  public static func message(_ text: String) -> JournalField { .init(known: "MESSAGE", text) }

  /// `PRIORITY`: 0 (emergency) … 7 (debug), as syslog(3) numbers them; others are brought into range.
  public static func priority(_ level: Int) -> JournalField {
    .init(known: "PRIORITY", String(min(max(level, 0), 7)))
  }

  /// `SYSLOG_IDENTIFIER`: the name in front of the message.
  public static func identifier(_ name: String) -> JournalField {
    .init(known: "SYSLOG_IDENTIFIER", name)
  }

  /// A field whose name is made from any text: `request-id` becomes `REQUEST_ID`.
  public static func named(after text: String, _ value: String) -> JournalField {
    var name = ""
    for byte in text.uppercased().utf8 {
      name.append(Self.isNameByte(byte) ? Character(Unicode.Scalar(byte)) : "_")
    }
    if name.first.map({ !("A"..."Z").contains($0) }) ?? true { name = "X" + name }
    return .init(known: String(name.prefix(64)), value)
  }

  var bytes: [UInt8] { Array("\(name)=\(value)".utf8) }

  private static func isValid(_ name: String) -> Bool {
    guard let first = name.utf8.first, (65...90).contains(first) else { return false }
    return name.utf8.count <= 64 && name.utf8.allSatisfy(isNameByte)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (65...90).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_")
  }
}
