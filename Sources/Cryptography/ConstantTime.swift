import COpenSSL

/// Whether both are the same, found out in a time that depends on their lengths only.
public func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  return left.withUnsafeBytes { leftBytes in
    right.withUnsafeBytes { rightBytes in
      left.isEmpty || CRYPTO_memcmp(leftBytes.baseAddress, rightBytes.baseAddress, left.count) == 0
    }
  }
}

/// Whether both have the same UTF-8, found out in a time that depends on their lengths only.
public func constantTimeEquals(_ left: String, _ right: String) -> Bool {
  constantTimeEquals(Array(left.utf8), Array(right.utf8))
}
