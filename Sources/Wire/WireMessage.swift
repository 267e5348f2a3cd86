/// The version of what agent and control plane say to each other.
public enum WireVersion {
  public static let current = 1
  /// The header that every request carries the version in.
  public static let headerName = "X-Quarterdeck-Wire"
  /// The content type of requests and answers.
  public static let contentType = "application/x-quarterdeck-wire"
}

/// Where the control plane listens for agents, below its address. All are POST.
public enum WirePath {
  /// `EnrolRequest` → `EnrolAnswer`, without a credential.
  public static let enrol = "/agent/v1/enrol"
  /// `Hello` → an unending body of `Command`s, each through `CommandFraming`.
  public static let stream = "/agent/v1/stream"
  /// `Report` → `ReportAnswer`.
  public static let report = "/agent/v1/report"
  /// `StepFileRequest` → `StepFilePiece`.
  public static let file = "/agent/v1/file"
}

/// Something that agent and control plane exchange.
public protocol WireMessage: Sendable, Hashable {
  func encode(into encoder: inout WireEncoder)
  /// Reads all fields; unknown ones are skipped, missing ones throw unless they have a default.
  init(from decoder: inout WireDecoder) throws(WireError)
}

extension WireMessage {
  /// The message, encoded.
  public var bytes: [UInt8] {
    var encoder = WireEncoder()
    encode(into: &encoder)
    return encoder.bytes
  }

  /// Decodes a message that takes all of `bytes`.
  public init(bytes: ArraySlice<UInt8>) throws(WireError) {
    var decoder = WireDecoder(bytes)
    try self.init(from: &decoder)
  }

  public init(bytes: [UInt8]) throws(WireError) { try self.init(bytes: bytes[...]) }
}

/// Why bytes are no message.
public enum WireError: Error, Sendable, Hashable {
  /// The bytes end inside a field.
  case truncated
  /// A varint of more than 64 bits.
  case overlongNumber
  /// A number where bytes belong, or the other way round.
  case wrongShape(field: UInt64)
  /// Bytes that are no UTF-8 where text belongs.
  case notText(field: UInt64)
  /// A field without which the message means nothing.
  case missing(String)
  /// A command of a kind that this version does not know.
  case unknownCommand(UInt64)
  /// A length that no command has.
  case oversized(Int)
}

extension Optional {
  /// The value, or the error that says which field is missing.
  func required(_ name: String) throws(WireError) -> Wrapped {
    guard let self else { throw .missing(name) }
    return self
  }
}
