import COpenSSL

/// Why an operation of this room failed.
public struct CryptographyError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Code: String, Sendable, Hashable {
    /// The caller gave something that the operation does not take; trying again changes nothing.
    case badArgument
    /// A stored text (a password hash) does not have the form it must have.
    case badEncoding
    /// The parameters ask for more memory than the caller allows.
    case memoryLimit
    /// OpenSSL refused; `reason` has its words.
    case library
  }

  /// What kind of failure it is.
  public let code: Code
  /// What was being done, e.g. `scrypt`.
  public let operation: String
  /// What went wrong, for a human; never holds key material.
  public let reason: String

  /// An error of `operation`.
  public init(_ code: Code, operation: String, reason: String) {
    self.code = code
    self.operation = operation
    self.reason = reason
  }

  public var description: String { "\(operation): \(reason) (\(code.rawValue))" }
}

extension CryptographyError {
  /// The oldest error in OpenSSL's queue of this thread, which is emptied.
  static func library(_ operation: String) -> CryptographyError {
    let number = ERR_get_error()
    ERR_clear_error()
    guard number != 0 else {
      return CryptographyError(.library, operation: operation, reason: "OpenSSL gave no reason")
    }
    var text = [CChar](repeating: 0, count: 256)
    ERR_error_string_n(number, &text, text.count)
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return CryptographyError(
      .library, operation: operation, reason: String(decoding: bytes, as: UTF8.self))
  }
}
