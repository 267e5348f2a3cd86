import Cryptography
public import HTTPClient

/// One bucket of an S3-compatible server. Requests are signed by libcurl, bodies included.
///
/// A request is sent once, but for the parts of a large upload and for credentials that have expired: when to try again
/// is the caller's decision, who is told by `S3Error.isRetryable`.
public struct S3Client: Sendable {
  /// The bucket.
  public let configuration: S3Configuration
  let address: S3Address
  let credentials: any S3CredentialsProvider
  let http: HTTPClient
  /// Seconds since 1970 by this host's clock, for messages.
  let now: @Sendable () -> Int64

  /// A client. Throws `badRequest` when bucket, region or endpoint cannot be right.
  public init(
    configuration: S3Configuration, credentials: any S3CredentialsProvider, http: HTTPClient,
    now: @escaping @Sendable () -> Int64 = { ServerTime.now() }
  ) throws(S3Error) {
    self.configuration = configuration
    self.credentials = credentials
    self.http = http
    self.now = now
    address = try S3Address(configuration)
  }

  /// What one request asks for.
  struct Call: Sendable {
    var method: String
    var key: String?
    var query: [(String, String)] = []
    var headers: HTTPHeaders = [:]
    var body: [UInt8]?
    var patience: Duration?

    init(
      _ method: String, _ key: String? = nil, query: [(String, String)] = [],
      headers: HTTPHeaders = [:], body: [UInt8]? = nil, patience: Duration? = nil
    ) {
      self.method = method
      self.key = key
      self.query = query
      self.headers = headers
      self.body = body
      self.patience = patience
    }
  }

  /// Sends a request and returns its answer of status 2xx with the whole body.
  func send(_ call: Call, limit: Int = 16 * 1024 * 1024) async throws(S3Error) -> HTTPResponse {
    try await signed(call) { request throws(S3Error) in
      let answer: HTTPResponse
      do throws(HTTPClientError) {
        answer = try await http.send(request, limit: limit)
      } catch {
        throw S3Error(error)
      }
      guard (200..<300).contains(answer.status) else {
        throw failure(of: call, answer.head, answer.body)
      }
      return answer
    }
  }

  /// Sends a request and returns as soon as the head of its answer, of status 2xx, is here.
  func stream(_ call: Call) async throws(S3Error) -> StreamingResponse {
    try await signed(call) { request throws(S3Error) in
      do {
        let answer = try await http.stream(request)
        if (200..<300).contains(answer.status) { return answer }
        throw failure(of: call, answer.head, try await Self.beginning(of: answer.body))
      } catch let error as HTTPClientError {
        throw S3Error(error)
      } catch let error as S3Error {
        throw error
      } catch {
        throw S3Error(.unreachable, "\(error)")
      }
    }
  }

  private static func beginning(of body: HTTPResponseBody) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await piece in body where bytes.count < 65_536 { bytes += piece }
    return bytes
  }

  /// Does `body` with the signed request, and once more with newer credentials when those have expired.
  private func signed<Answer>(
    _ call: Call, _ body: (HTTPRequest) async throws(S3Error) -> Answer
  ) async throws(S3Error) -> Answer {
    let known = try await credentials.credentials(replacing: nil)
    do throws(S3Error) {
      return try await body(request(call, known))
    } catch  where error.code == .expiredCredentials || error.code == .badCredentials {
      let newer = try await credentials.credentials(replacing: known)
      guard newer != known else { throw error }
      return try await body(request(call, newer))
    }
  }

  private func request(_ call: Call, _ known: S3Credentials) throws(S3Error) -> HTTPRequest {
    var headers = call.headers
    headers["x-amz-content-sha256"] = Digest.hex(call.body ?? [])
    headers["x-amz-security-token"] = known.sessionToken
    var timeouts = configuration.timeouts
    if let patience = call.patience { timeouts.idle = patience }
    return HTTPRequest(
      call.method, try address.url(key: call.key, query: call.query), headers: headers,
      body: call.body.map { .bytes($0) }, timeouts: timeouts,
      signing: HTTPSigning(
        region: configuration.region, service: "s3", accessKey: known.accessKey,
        secretKey: known.secretKey))
  }
}
