public import HTTPClient

/// Rundeck's API as a user's script sees it, over real HTTP.
public struct APIClient: Sendable {
  /// `http://127.0.0.1:PORT`.
  public let server: String
  /// What goes into `X-Rundeck-Auth-Token`; nil sends none.
  public var token: String?
  /// The API version in the paths.
  public var version = 59
  private let client: HTTPClient

  public init(server: String, token: String?, client: HTTPClient = HTTPClient()) {
    self.server = server
    self.token = token
    self.client = client
  }

  /// An answer that is not the expected one.
  public struct UnexpectedAnswer: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
  }

  /// Sends a request to `path` below `/api/V` and returns whatever is answered.
  public func send(
    _ method: String, _ path: String, type: String? = nil, accept: String = "application/json",
    body: String? = nil
  ) async throws -> HTTPResponse {
    var headers: HTTPHeaders = ["Accept": accept]
    headers["X-Rundeck-Auth-Token"] = token
    headers["Content-Type"] = type
    let request = HTTPRequest(
      method, "\(server)/api/\(version)\(path)", headers: headers,
      body: body.map { .bytes(Array($0.utf8)) })
    return try await client.send(request, limit: 64 << 20)
  }

  /// The member's figures in Prometheus' text.
  public func metrics() async throws -> String {
    try await client.send(HTTPRequest("GET", "\(server)/metrics")).text
  }

  /// Sends a request that must succeed and reads its JSON.
  @discardableResult
  public func json(
    _ method: String, _ path: String, type: String = "application/json", body: String? = nil
  ) async throws -> JSONDocument {
    let answer = try await send(method, path, type: body == nil ? nil : type, body: body)
    guard (200..<300).contains(answer.status) else {
      throw UnexpectedAnswer(description: "\(method) \(path): \(answer.status) \(answer.text)")
    }
    return answer.body.isEmpty ? .null : try JSONDocument(answer.body)
  }
}
