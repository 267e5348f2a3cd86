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
}

/// The control plane behind its addresses, over HTTP.
///
/// All requests go to one address until it fails; then the next one is tried at the next request.
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
    do {
      let response = try await client.stream(
        request(server + WirePath.stream, hello, idle: .seconds(90)))
      guard response.status == 200 else {
        let text = try await Self.text(of: response.body)
        throw AgentError.refused(status: response.status, message: text)
      }
      for try await piece in response.body { try await receive(piece) }
    } catch let error as HTTPClientError {
      servers.failed(server)
      throw AgentError.unreachable(error.description)
    } catch let error as AgentError {
      servers.failed(server)
      throw error
    }
  }

  public func report(_ body: [UInt8]) async throws(AgentError) -> [UInt8] {
    let server = servers.current
    do throws(HTTPClientError) {
      let response = try await client.send(
        request(server + WirePath.report, body, idle: .seconds(60)))
      if response.status == 200 { return response.body }
      throw HTTPClientError(
        .other, message: "\(response.status) \(response.text)", request: "report")
    } catch {
      servers.failed(server)
      throw .unreachable(error.description)
    }
  }

  private func request(_ url: String, _ body: [UInt8], idle: Duration) -> HTTPRequest {
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
