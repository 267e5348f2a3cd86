/// Percent-encoding of addresses (RFC 3986, section 2).
public enum PercentEncoding {
  /// The text with everything encoded but the unreserved characters: ASCII letters, digits and `-._~`.
  public static func encode(_ text: String) -> String { encode(text, keeping: isUnreserved) }

  /// The text with every byte encoded that is not to be kept.
  public static func encode(_ text: String, keeping isKept: (UInt8) -> Bool) -> String {
    var encoded = ""
    for byte in text.utf8 {
      if isKept(byte) {
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return encoded
  }

  /// The bytes that the text stands for. A `%` that no two hexadecimal digits follow stands for itself.
  public static func decode(_ text: some StringProtocol) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let value = byteOf(rest.prefix(2)) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
    default: false
    }
  }

  private static func byteOf(_ digits: ArraySlice<UInt8>) -> UInt8? {
    // The library takes a sign for a digit's beginning.
    guard digits.count == 2, digits.first != UInt8(ascii: "+") else { return nil }
    return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
