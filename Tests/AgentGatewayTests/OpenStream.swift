import HTTPClient
import Model
import Wire

/// An agent's end of a stream: commands as they come.
struct OpenStream {
  private var body: HTTPResponseBody.AsyncIterator
  private var framing = CommandFraming()
  private var commands: [Command] = []

  /// Says hello to the gateway at `url`. Throws when the answer is not 200.
  init(
    _ url: String, as agent: EnrolAnswer, holding inventory: [InventoryEntry] = []
  ) async throws {
    let hello = Hello(
      version: "2", bootID: "b2", node: Node(name: "x", attributes: ["hostname": "new"]),
      inventory: inventory)
    let request = HTTPRequest(
      "POST", url + WirePath.stream,
      headers: [
        WireVersion.headerName: "1", "Authorization": "Bearer \(agent.agent):\(agent.secret)",
      ], body: .bytes(hello.bytes))
    let response = try await HTTPClient().stream(request)
    guard response.status == 200 else { throw Refused(status: response.status) }
    body = response.body.makeAsyncIterator()
  }

  struct Refused: Error, Equatable {
    var status: Int
  }

  /// The next `count` commands, fewer when the stream ends.
  mutating func next(_ count: Int) async throws -> [Command] {
    while commands.count < count, let bytes = try await body.next() {
      commands += try framing.receive(bytes)
    }
    defer { commands.removeFirst(min(count, commands.count)) }
    return Array(commands.prefix(count))
  }
}

/// Sends a report to the member at `url`.
func report(
  _ report: Report, as agent: EnrolAnswer, to url: String
) async throws -> ReportAnswer {
  let response = try await HTTPClient().send(
    HTTPRequest(
      "POST", url + WirePath.report,
      headers: [
        WireVersion.headerName: "1", "Authorization": "Bearer \(agent.agent):\(agent.secret)",
      ], body: .bytes(report.bytes)))
  guard response.status == 200 else { throw OpenStream.Refused(status: response.status) }
  return try ReportAnswer(bytes: response.body)
}
