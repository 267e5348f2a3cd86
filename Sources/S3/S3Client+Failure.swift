import HTTPClient

extension S3Client {
  /// What an answer that is no success means.
  func failure(of call: Call, _ head: HTTPResponseHead, _ body: [UInt8]) -> S3Error {
    let root = XMLNode.parse(body).flatMap { $0.name == "Error" ? $0 : nil }
    let serverCode = root?.text(at: "Code")
    let code = Self.code(serverCode, status: head.status, isForObject: call.key != nil)
    return S3Error(
      code, message(code, root?.text(at: "Message"), call, head), serverCode: serverCode,
      status: head.status,
      requestID: root?.text(at: "RequestId") ?? head.headers["x-amz-request-id"])
  }

  private func message(
    _ code: S3Error.Code, _ said: String?, _ call: Call, _ head: HTTPResponseHead
  ) -> String {
    let subject =
      "\(call.method) \(call.key.map { "\(configuration.bucket)/\($0)" } ?? configuration.bucket)"
    let server = head.headers["date"].flatMap(ServerTime.seconds(header:))
    if code == .clockSkewed, let server {
      let ahead = now() - server
      return
        "\(subject): this host's clock is \(ahead.magnitude) s \(ahead < 0 ? "behind" : "ahead of") the server's"
    }
    if code == .elsewhere, let region = head.headers["x-amz-bucket-region"] {
      return "\(subject): the bucket is in \(region), not in \(configuration.region)"
    }
    return "\(subject): \(said ?? "refused")"
  }

  /// By the server's code where it says one; an answer to HEAD has none.
  static func code(_ server: String?, status: Int, isForObject: Bool) -> S3Error.Code {
    switch server {
    case "NoSuchKey": .noSuchObject
    case "NoSuchBucket": .noSuchBucket
    case "NoSuchUpload": .noSuchUpload
    case "AccessDenied", "AccountProblem", "AllAccessDisabled", "InvalidObjectState": .denied
    case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSecurity", "InvalidClientTokenId":
      .badCredentials
    case "ExpiredToken", "InvalidToken", "TokenRefreshRequired", "ExpiredTokenException":
      .expiredCredentials
    case "RequestTimeTooSkewed", "RequestExpired": .clockSkewed
    case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed",
      "IllegalLocationConstraintException":
      .elsewhere
    case "InvalidRange": .badRange
    case "EntityTooLarge": .tooLarge
    case "SlowDown", "Throttling", "ThrottlingException", "TooManyRequests",
      "RequestLimitExceeded":
      .throttled
    default: code(status: status, isForObject: isForObject)
    }
  }

  private static func code(status: Int, isForObject: Bool) -> S3Error.Code {
    switch status {
    case 301, 302, 307, 308: .elsewhere
    case 401, 403: .denied
    case 404: isForObject ? .noSuchObject : .noSuchBucket
    case 413: .tooLarge
    case 416: .badRange
    case 429: .throttled
    case 500...: .unavailable
    case 200..<300: .unavailable
    default: .refused
    }
  }
}
