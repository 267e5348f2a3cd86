public import HTTPClient
public import Model
import Wire

/// Gets an agent its credential with a one-time token.
public struct Enrolment: Sendable {
  private let client: HTTPClient
  private let facts: HostFacts

  public init(client: HTTPClient, facts: HostFacts = .current()) {
    self.client = client
    self.facts = facts
  }

  /// Asks the control plane at `server` and returns the credential; whoever calls saves it.
  ///
  /// Throws `refused` with the control plane's words for a wrong, used or expired token and for a name that
  /// another agent has.
  public func enrol(
    server: String, token: String, node: Node, version: String
  ) async throws(AgentError) -> AgentCredential {
    let request = EnrolRequest(
      token: token, name: node.name, node: node, version: version, bootID: facts.bootID)
    let body = try await send(request.bytes, to: server + WirePath.enrol)
    do throws(WireError) {
      let answer = try EnrolAnswer(bytes: body)
      return AgentCredential(
        agent: answer.agent, secret: answer.secret, name: node.name, server: server)
    } catch {
      throw .badAnswer("\(error)")
    }
  }

  private func send(_ body: [UInt8], to url: String) async throws(AgentError) -> [UInt8] {
    let request = HTTPRequest(
      "POST", url,
      headers: [
        "Content-Type": WireVersion.contentType,
        WireVersion.headerName: String(WireVersion.current),
      ],
      body: .bytes(body), timeouts: HTTPTimeouts(total: .seconds(30)))
    let response: HTTPResponse
    do throws(HTTPClientError) {
      response = try await client.send(request)
    } catch {
      throw .unreachable(error.description)
    }
    guard response.status == 200 else {
      throw .refused(status: response.status, message: response.line)
    }
    return response.body
  }
}
