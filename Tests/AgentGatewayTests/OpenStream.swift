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
    _ url: String, as agent: EnrolAnswer, holding inventory: [InventoryEntry] = [],
    takesFiles: Bool = true
  ) async throws {
    let hello = Hello(
      version: "2", bootID: "b2", node: Node(name: "x", attributes: ["hostname": "new"]),
      inventory: inventory, takesFiles: takesFiles)
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

/// Asks the member at `url` for a piece of a step's file.
func requestFile(
  _ file: String, of assignment: Int64, at offset: Int64 = 0, as agent: EnrolAnswer,
  from url: String
) async throws -> HTTPResponse {
  let request = StepFileRequest(
    assignment: AssignmentID(assignment), file: file, offset: offset)
  return try await HTTPClient().send(
    HTTPRequest(
      "POST", url + WirePath.file,
      headers: [
        WireVersion.headerName: "1", "Authorization": "Bearer \(agent.agent):\(agent.secret)",
      ], body: .bytes(request.bytes)))
}
