import HTTPClient
import Synchronization
import Testing

@Suite struct StreamedRequestTests {
  let client = HTTPClient(configuration: .direct)
  let server = ScriptedServer { connection in
    while let request = connection.request() {
      connection.answer(headers: request.headers.map { "X-Sent-" + $0 }, request.body)
    }
  }

  @Test func `a body of unknown length goes in chunks`() async throws {
    let pieces = Pieces([[1, 2], [], [3], Array(repeating: 4, count: 200_000)])
    let request = HTTPRequest(
      "POST", server.url(), body: .stream(length: nil) { pieces.next() })
    let answer = try await client.send(request)
    #expect(answer.body == [1, 2, 3] + [UInt8](repeating: 4, count: 200_000))
    #expect(answer.headers["X-Sent-Transfer-Encoding"] == "chunked")
  }

  @Test func `a body of known length is announced`() async throws {
    let pieces = Pieces([[1, 2], [3]])
    let request = HTTPRequest("POST", server.url(), body: .stream(length: 3) { pieces.next() })
    let answer = try await client.send(request)
    #expect(answer.body == [1, 2, 3])
    #expect(answer.headers["X-Sent-Content-Length"] == "3")
  }

  @Test(arguments: [2, 4])
  func `a body of another length than announced fails`(announced: Int64) async {
    let pieces = Pieces([[1, 2, 3]])
    let request = HTTPRequest(
      "POST", server.url(), body: .stream(length: announced) { pieces.next() })
    let error = await #expect(throws: HTTPClientError.self) { try await client.send(request) }
    #expect(error?.code == .bodyFailed)
  }

  @Test func `an error of the body's source ends the transfer with its words`() async {
    struct Broken: Error {}
    let request = HTTPRequest(
      "POST", server.url(), body: .stream(length: nil) { throw Broken() })
    let error = await #expect(throws: HTTPClientError.self) { try await client.send(request) }
    #expect(error?.code == .bodyFailed)
    #expect(error?.message.contains("Broken") == true)
  }

  @Test func `cancelling cancels the body's source too`() async {
    let asked = Gate()
    let cancelled = Gate()
    let request = HTTPRequest(
      "POST", server.url(),
      body: .stream(length: nil) {
        asked.open()
        do { try await Task.sleep(for: .seconds(600)) } catch { cancelled.open() }
        return nil
      })
    let sending = Task { [client] in try await client.send(request) }
    await asked.wait()
    sending.cancel()
    await cancelled.wait()
    let result = await sending.result
    #expect(throws: HTTPClientError.self) { try result.get() }
  }
}

/// Gives pieces one after another.
final class Pieces: Sendable {
  private let left: Mutex<[[UInt8]]>

  init(_ pieces: [[UInt8]]) { left = Mutex(pieces) }

  func next() -> [UInt8]? { left.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}
