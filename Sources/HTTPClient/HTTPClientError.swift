/// Why there is no (whole) answer. A status of 4xx or 5xx is an answer, not an error.
public struct HTTPClientError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The address is malformed or of another scheme than http and https.
    case badURL
    /// The method or a header field has a character that it must not have.
    case badRequest
    /// The host's (or proxy's) name has no address.
    case nameNotResolved
    /// Nobody accepts connections there.
    case notConnected
    /// The connection was not ready within `HTTPTimeouts.connect`.
    case connectTimedOut
    /// The transfer was not over within `HTTPTimeouts.total`.
    case timedOut
    /// No byte moved for `HTTPTimeouts.idle`.
    case idleTimedOut
    /// The server's certificate is not trusted or is another host's.
    case untrustedCertificate
    /// TLS failed in another way, or a certificate file cannot be read.
    case tlsFailed
    /// The connection broke after it stood: reset, closed early, cut short.
    case connectionLost
    /// The answer is not HTTP.
    case protocolViolation
    /// The answer is larger than `send` was told to take.
    case responseTooLarge
    /// The request's body stream threw or gave another number of bytes than it said.
    case bodyFailed
    /// The Swift task was cancelled, or the body was dropped unread.
    case cancelled
    /// The client was shut down.
    case shutDown
    /// Anything else that libcurl reports.
    case other
  }

  /// What kind of failure it is.
  public let code: Code
  /// libcurl's name of it, e.g. `CURLE_COULDNT_CONNECT`, or nil when it did not come from there.
  public let curlName: String?
  /// What happened, for a human.
  public let message: String
  /// The request it happened to: method and address without user information and query.
  public let request: String

  /// An error.
  public init(_ code: Code, curlName: String? = nil, message: String, request: String) {
    self.code = code
    self.curlName = curlName
    self.message = message
    self.request = request
  }

  /// Whether the same request may well succeed later.
  public var isRetryable: Bool {
    switch code {
    case .nameNotResolved, .notConnected, .connectTimedOut, .timedOut, .idleTimedOut,
      .connectionLost:
      true
    case .badURL, .badRequest, .untrustedCertificate, .tlsFailed, .protocolViolation,
      .responseTooLarge,
      .bodyFailed, .cancelled, .shutDown, .other:
      false
    }
  }

  public var description: String {
    "\(request): \(message) (\(curlName ?? code.rawValue))"
  }
}
