/// What precedes the body of an answer.
public struct HTTPResponseHead: Sendable, Hashable {
  /// The status code, e.g. 200. Any status is an answer, none is an error.
  public let status: Int
  /// The header fields in their order.
  public let headers: HTTPHeaders
}

/// An answer whose body is all here.
public struct HTTPResponse: Sendable, Hashable {
  /// Status and header fields.
  public let head: HTTPResponseHead
  /// The body, empty when there was none.
  public let body: [UInt8]

  /// The status code.
  public var status: Int { head.status }
  /// The header fields.
  public var headers: HTTPHeaders { head.headers }
  /// The body read as UTF-8, for messages.
  public var text: String { String(decoding: body, as: UTF8.self) }
  /// The same as one line, for a message within another one.
  public var line: String { text.split(whereSeparator: \.isNewline).joined(separator: " ") }
}

/// An answer whose body is still on its way.
public struct StreamingResponse: Sendable {
  /// Status and header fields.
  public let head: HTTPResponseHead
  /// The body, to be read once.
  public let body: HTTPResponseBody

  /// The status code.
  public var status: Int { head.status }
  /// The header fields.
  public var headers: HTTPHeaders { head.headers }
}
