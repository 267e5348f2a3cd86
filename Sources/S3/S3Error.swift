public import HTTPClient

/// Why a bucket did not do what it was asked for.
public struct S3Error: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// There is no such object.
    case noSuchObject
    /// There is no such bucket.
    case noSuchBucket
    /// There is no such multipart upload: it was completed or aborted.
    case noSuchUpload
    /// The credentials do not allow it.
    case denied
    /// The server does not know the credentials, or the secret is another.
    case badCredentials
    /// The credentials have expired and there are no newer ones.
    case expiredCredentials
    /// None of the places that were asked has credentials.
    case noCredentials
    /// This host's clock and the server's are too far apart.
    case clockSkewed
    /// The bucket is in another region or at another server.
    case elsewhere
    /// The object has no such bytes.
    case badRange
    /// The server asks for fewer requests.
    case throttled
    /// The server failed (5xx).
    case unavailable
    /// There is no (whole) answer; `transport` says why.
    case unreachable
    /// The answer is not S3's.
    case badAnswer
    /// The key or the configuration cannot be right; nothing was sent.
    case badRequest
    /// The object is larger than it may be.
    case tooLarge
    /// Whoever gives the body failed.
    case bodyFailed
    /// The task was cancelled, or the client shut down.
    case cancelled
    /// The server refused for another reason.
    case refused
  }

  /// What kind of failure it is.
  public let code: Code
  /// What happened, for a human; without secrets.
  public let message: String
  /// The server's own code, e.g. `NoSuchKey`.
  public let serverCode: String?
  /// The answer's status.
  public let status: Int?
  /// The server's name of the request, to be told its operators.
  public let requestID: String?
  /// Why there is no answer.
  public let transport: HTTPClientError?

  /// An error.
  public init(
    _ code: Code, _ message: String, serverCode: String? = nil, status: Int? = nil,
    requestID: String? = nil, transport: HTTPClientError? = nil
  ) {
    self.code = code
    self.message = message
    self.serverCode = serverCode
    self.status = status
    self.requestID = requestID
    self.transport = transport
  }

  /// Whether the same request may well succeed later, with nobody changing what it asks for.
  public var isRetryable: Bool {
    switch code {
    case .throttled, .unavailable, .clockSkewed, .badAnswer, .expiredCredentials, .noSuchUpload:
      true
    case .unreachable: transport?.isRetryable ?? true
    case .refused: serverCode.map(Self.retryableCodes.contains) ?? false
    case .noSuchObject, .noSuchBucket, .denied, .badCredentials, .noCredentials, .elsewhere,
      .badRange, .badRequest, .tooLarge, .bodyFailed, .cancelled:
      false
    }
  }

  public var description: String {
    let facts = [serverCode, status.map { "status \($0)" }, requestID.map { "request \($0)" }]
    let known = facts.compactMap(\.self)
    return known.isEmpty ? message : "\(message) (\(known.joined(separator: ", ")))"
  }

  private static let retryableCodes: Set<String> = [
    "RequestTimeout", "OperationAborted", "BadDigest", "XAmzContentSHA256Mismatch",
    "IncompleteBody", "InvalidPart", "RequestTimeoutException",
  ]
}

extension S3Error {
  init(_ error: HTTPClientError) {
    let code: Code =
      switch error.code {
      case .cancelled, .shutDown: .cancelled
      case .bodyFailed: .bodyFailed
      case .badURL, .badRequest: .badRequest
      case .responseTooLarge, .protocolViolation: .badAnswer
      default: .unreachable
      }
    self.init(code, error.description, transport: error)
  }
}
