/// One request.
public struct HTTPRequest: Sendable {
  /// The method, e.g. `POST`.
  public var method: String
  /// The whole address: `http://…` or `https://…`, already percent-encoded.
  public var url: String
  /// Header fields to send besides the ones that the protocol needs.
  public var headers: HTTPHeaders
  /// What to send, or nil.
  public var body: HTTPRequestBody?
  /// How long it may take.
  public var timeouts: HTTPTimeouts
  /// What to sign it with, or nil.
  public var signing: HTTPSigning?

  /// A request.
  public init(
    _ method: String = "GET", _ url: String, headers: HTTPHeaders = [:],
    body: HTTPRequestBody? = nil, timeouts: HTTPTimeouts = HTTPTimeouts(),
    signing: HTTPSigning? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeouts = timeouts
    self.signing = signing
  }
}

/// What a request sends.
public enum HTTPRequestBody: Sendable {
  /// These bytes. Such a request can be sent again by itself when a kept connection proves dead.
  case bytes([UInt8])
  /// What `next` gives, asked for when there is room to send it; nil is the end, an error ends the
  /// transfer with code `bodyFailed`. Without a `length` (in bytes) it is sent in chunks; with one,
  /// fewer bytes fail likewise, and nothing is asked for once all are sent.
  case stream(length: Int64?, next: @Sendable () async throws -> [UInt8]?)
}

/// The limits on a transfer's time; nil is no limit.
public struct HTTPTimeouts: Sendable, Hashable {
  /// Until the connection is ready for the request: name, TCP and TLS.
  public var connect: Duration?
  /// From the beginning to the last byte of the answer.
  public var total: Duration?
  /// Without a byte in either direction. Time in which the reader leaves bytes untaken, or the
  /// request's body stream has none to give, does not count.
  public var idle: Duration?

  /// Limits; by default 10 s to connect and 60 s without a byte, and no limit on the whole.
  public init(
    connect: Duration? = .seconds(10), total: Duration? = nil, idle: Duration? = .seconds(60)
  ) {
    self.connect = connect
    self.total = total
    self.idle = idle
  }
}
