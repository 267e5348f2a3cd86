import HTTPClient
import Synchronization
import Testing

@Suite struct StreamedResponseTests {
  let client = HTTPClient(configuration: .direct)

  @Test func `a line is readable before the next one is written`() async throws {
    let seen = Signals()
    let server = ScriptedServer { connection in
      _ = connection.request()
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      for index in 0..<50 {
        guard connection.chunk("line \(index)\n") else { return }
        seen.waitBlocking(until: index + 1)
      }
      connection.send("0\r\n\r\n")
    }
    let answer = try await client.stream(HTTPRequest("GET", server.url()))
    var text = ""
    for try await piece in answer.body {
      text += String(decoding: piece, as: UTF8.self)
      // On a machine that is too busy a piece may hold two.
      for byte in piece where byte == UInt8(ascii: "\n") { seen.signal() }
    }
    #expect(text == (0..<50).map { "line \($0)\n" }.joined())
  }

  @Test func `the head comes before any byte of the body`() async throws {
    let go = Gate()
    let server = ScriptedServer { connection in
      _ = connection.request()
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\n\r\n")
      go.waitBlocking()
      connection.send("ok")
    }
    let answer = try await client.stream(HTTPRequest("GET", server.url()))
    #expect(answer.headers["x-a"] == "b")
    go.open()
    var body: [UInt8] = []
    for try await piece in answer.body { body += piece }
    #expect(body == Array("ok".utf8))
  }

  @Test func `a reader that does not read makes the server wait`() async throws {
    let sent = Mutex(0)
    let total = 64 << 20
    let server = ScriptedServer { connection in
      _ = connection.request()
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
      let piece = [UInt8](repeating: 120, count: 65_536)
      for _ in 0..<(total / piece.count) {
        guard connection.send(piece) else { return }
        sent.withLock { $0 += piece.count }
      }
    }
    var request = HTTPRequest("GET", server.url())
    request.timeouts.idle = .milliseconds(300)
    let answer = try await client.stream(request)
    // The kernel's buffers fill, then nothing moves any more: two looks at the same figure.
    let stuck = try await settled { sent.withLock { $0 } }
    #expect(stuck < total / 2)
    var received = 0
    for try await piece in answer.body {
      #expect(piece.count <= 64 * 1024)
      received += piece.count
    }
    #expect(received == total)
  }

  @Test func `what came before a broken connection is still delivered`() async throws {
    let server = ScriptedServer { connection in
      _ = connection.request()
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    }
    let answer = try await client.stream(HTTPRequest("GET", server.url()))
    var reader = answer.body.makeAsyncIterator()
    #expect(try await reader.next() == Array("half".utf8))
    let error = await #expect(throws: HTTPClientError.self) { try await reader.next() }
    #expect(error?.code == .connectionLost)
    #expect(error?.isRetryable == true)
  }

  @Test func `dropping the body ends the transfer`() async throws {
    let closed = Gate()
    let server = ScriptedServer { connection in
      _ = connection.request()
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
      connection.waitForClose()
      closed.open()
    }
    _ = try await client.stream(HTTPRequest("GET", server.url()))
    await closed.wait()
  }

  @Test func `the body outlives the client's name`() async throws {
    let server = ScriptedServer { connection in
      while connection.request() != nil { connection.answer(Array("kept".utf8)) }
    }
    let answer = try await HTTPClient(configuration: .direct).stream(
      HTTPRequest("GET", server.url()))
    var body: [UInt8] = []
    for try await piece in answer.body { body += piece }
    #expect(body == Array("kept".utf8))
  }

  private func settled(_ figure: () -> Int) async throws -> Int {
    var last = -1
    while figure() != last || last <= 0 {
      last = figure()
      try await Task.sleep(for: .milliseconds(400))
    }
    return last
  }
}

/// Counts signals; a thread can wait for a number of them.
final class Signals: Sendable {
  private let gates = Mutex<[Gate]>((0..<64).map { _ in Gate() })
  private let count = Mutex(0)

  func signal() {
    let number = count.withLock { count in
      defer { count += 1 }
      return count
    }
    gates.withLock { $0[number] }.open()
  }

  func waitBlocking(until number: Int) { gates.withLock { $0[number - 1] }.waitBlocking() }
}
