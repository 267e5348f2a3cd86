import COpenSSL

/// Unpredictable values from OpenSSL's generator, fit for keys, tokens and nonces.
///
/// A process whose generator fails must not go on with guessable values, so a failure stops it.
public enum SecureRandom {
  /// `count` random bytes; `count` is 0 or more.
  public static func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      guard count > 0 else { return }
      precondition(
        RAND_bytes(buffer.baseAddress, Int32(count)) == 1, "the random generator failed")
      filled = count
    }
  }

  /// `count` random bytes as 2 × `count` lower-case hexadecimal digits.
  public static func hex(_ count: Int) -> String { Hexadecimal.text(of: bytes(count)) }

  /// `count` random bytes in the URL-safe alphabet of RFC 4648 section 5, without padding:
  /// 43 characters for the 32 bytes of a secret. Never one that begins with `-`, which a command line
  /// takes for an option: `--token -x…` has no value.
  public static func token(_ count: Int = 32) -> String {
    while true {
      let text = Base64.urlSafeText(of: bytes(count))
      if !text.hasPrefix("-") { return text }
    }
  }

  /// A random UUID (RFC 9562, version 4) in lower case, 36 characters.
  public static func uuid() -> String {
    var value = bytes(16)
    value[6] = value[6] & 0x0F | 0x40
    value[8] = value[8] & 0x3F | 0x80
    let digits = Hexadecimal.text(of: value)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text.append("-") }
      text.append(digit)
    }
    return text
  }
}
