public import HTTPClient
import Wire

/// What the agent asks of the control plane. A seam: tests put their own behind it.
public protocol ControlPlaneLink: Sendable {
  /// Opens the stream of commands and hands over its bytes as they come, until it ends or `receive` throws.
  func stream(
    hello: [UInt8], receive: @Sendable ([UInt8]) async throws -> Void
  ) async throws
  /// Sends a report; returns the answer's bytes.
  func report(_ body: [UInt8]) async throws(AgentError) -> [UInt8]
  /// Asks for a piece of a file; returns the answer's bytes.
  func file(_ body: [UInt8]) async throws(AgentError) -> [UInt8]
}

extension ControlPlaneLink {
  /// A control plane that has no files.
  public func file(_ body: [UInt8]) async throws(AgentError) -> [UInt8] {
    throw .unreachable("this control plane has no files")
  }
}

/// The control plane behind its addresses, over HTTP.
///
/// All requests go to one address until a request fails or the stream there ends, in whatever way; then the next one is
/// tried.
public struct HTTPControlPlane: ControlPlaneLink {
  private let client: HTTPClient
  private let authorization: String
  private let servers: ServerChoice

  /// - Parameter servers: base addresses, at least one.
  public init(servers: [String], authorization: String, client: HTTPClient) {
    self.servers = ServerChoice(servers)
    self.authorization = authorization
    self.client = client
  }

  public func stream(
    hello: [UInt8], receive: @Sendable ([UInt8]) async throws -> Void
  ) async throws {
    let server = servers.current
    // Also after a silence or a goodbye, which only the reader of the stream knows of.
    defer { servers.failed(server) }
    do {
      // Silence is the session's to judge: it knows how often the member pings.
      let response = try await client.stream(request(server + WirePath.stream, hello, idle: nil))
      guard response.status == 200 else {
        throw AgentError(status: response.status, try await Self.text(of: response.body))
      }
      for try await piece in response.body { try await receive(piece) }
    } catch let error as HTTPClientError {
      throw AgentError.unreachable(error.description)
    }
  }

  public func report(_ body: [UInt8]) async throws(AgentError) -> [UInt8] {
    try await send(body, to: WirePath.report)
  }

  public func file(_ body: [UInt8]) async throws(AgentError) -> [UInt8] {
    try await send(body, to: WirePath.file)
  }

  private func send(_ body: [UInt8], to path: String) async throws(AgentError) -> [UInt8] {
    let server = servers.current
    let response: HTTPResponse
    do throws(HTTPClientError) {
      response = try await client.send(
        request(server + path, body, idle: .seconds(60)))
    } catch {
      servers.failed(server)
      throw .unreachable(error.description)
    }
    if response.status == 200 { return response.body }
    // A file that is not there is not there on any other member either.
    if response.status != 404 { servers.failed(server) }
    throw AgentError(status: response.status, response.line)
  }

  private func request(_ url: String, _ body: [UInt8], idle: Duration?) -> HTTPRequest {
    HTTPRequest(
      "POST", url,
      headers: [
        "Authorization": authorization, "Content-Type": WireVersion.contentType,
        WireVersion.headerName: String(WireVersion.current),
      ],
      body: .bytes(body), timeouts: HTTPTimeouts(idle: idle))
  }

  /// The first part of an error's text.
  private static func text(of body: HTTPResponseBody) async throws -> String {
    var bytes: [UInt8] = []
    for try await piece in body {
      bytes += piece
      if bytes.count > 4096 { break }
    }
    return String(decoding: bytes.prefix(4096), as: UTF8.self)
  }
}
