extension PasswordHash {
  /// Reads the text of a hash.
  ///
  /// Throws `badEncoding` when it is not `$scrypt$ln=…,r=…,p=…$SALT$HASH` or a number is out of range.
  public init(parsing text: String) throws(CryptographyError) {
    let fields = text.split(separator: "$", omittingEmptySubsequences: false)
    guard fields.count == 5, fields[0].isEmpty, fields[1] == "scrypt" else {
      throw .badHash("not $scrypt$PARAMETERS$SALT$HASH")
    }
    guard let parameters = Parameters(parsing: fields[2]) else {
      throw .badHash("its parameters are not ln=1…30,r=1…64,p=1…64")
    }
    guard let salt = Base64.bytes(of: fields[3]), (1...64).contains(salt.count) else {
      throw .badHash("its salt is not 1…64 bytes of base64")
    }
    guard let hash = Base64.bytes(of: fields[4]), (16...64).contains(hash.count) else {
      throw .badHash("its hash is not 16…64 bytes of base64")
    }
    self.init(parameters: parameters, salt: salt, hash: hash)
  }
}

extension PasswordHash.Parameters {
  init?(parsing text: Substring) {
    let items = text.split(separator: ",", omittingEmptySubsequences: false)
    guard items.count == 3,
      let logN = Self.number(items[0], after: "ln="),
      let r = Self.number(items[1], after: "r="),
      let p = Self.number(items[2], after: "p=")
    else { return nil }
    self.init(logN: logN, r: r, p: p)
    guard isSane else { return nil }
  }

  var isSane: Bool {
    (1...30).contains(logN) && (1...64).contains(r) && (1...64).contains(p)
  }

  private static func number(_ item: Substring, after name: String) -> Int? {
    item.hasPrefix(name) ? Int(item.dropFirst(name.count)) : nil
  }
}

extension CryptographyError {
  fileprivate static func badHash(_ reason: String) -> CryptographyError {
    CryptographyError(.badEncoding, operation: "reading a password hash", reason: reason)
  }
}
