import HTTPClient
import Synchronization
import Testing

@Suite struct SendingTests {
  let client = HTTPClient(configuration: .direct)

  @Test func `an answer has its status, its fields and its body`() async throws {
    let server = ScriptedServer { connection in
      guard let request = connection.request() else { return }
      connection.answer(
        "201 Created", headers: ["X-One: first", "x-one:second ", "X-Line: \(request.line)"],
        Array("made".utf8))
    }
    let answer = try await client.send(HTTPRequest("GET", server.url("/a?b=c")))
    #expect(answer.status == 201)
    #expect(answer.text == "made")
    #expect(answer.headers.values("X-ONE") == ["first", "second"])
    #expect(answer.headers["x-line"] == "GET /a?b=c HTTP/1.1")
  }

  @Test func `an error status is an answer`() async throws {
    let server = ScriptedServer { connection in
      while connection.request() != nil { connection.answer("503 Busy", Array("later".utf8)) }
    }
    let answer = try await client.send(HTTPRequest("GET", server.url()))
    #expect(answer.status == 503)
    #expect(answer.text == "later")
  }

  @Test(arguments: ["POST", "PUT", "PATCH", "DELETE"])
  func `a body arrives as it was given`(method: String) async throws {
    let server = ScriptedServer { connection in
      while let request = connection.request() {
        connection.answer(headers: ["X-Method: \(request.line)"] + request.headers, request.body)
      }
    }
    let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    let request = HTTPRequest(
      method, server.url(), headers: ["Content-Type": "application/x-test", "X-Empty": ""],
      body: .bytes(body))
    let answer = try await client.send(request)
    #expect(answer.body == body)
    #expect(answer.headers["X-Method"] == "\(method) / HTTP/1.1")
    #expect(answer.headers.values("Content-Type") == ["application/x-test"])
    #expect(answer.headers["X-Empty"] == "")
    #expect(answer.headers["Expect"] == nil)
  }

  @Test func `a POST without a body says that it has none`() async throws {
    let server = ScriptedServer { connection in
      guard let request = connection.request() else { return }
      connection.answer(Array(request.headers.joined(separator: "\n").utf8))
    }
    let answer = try await client.send(HTTPRequest("POST", server.url()))
    #expect(answer.text.contains("Content-Length: 0"))
  }

  @Test func `HEAD does not wait for a body`() async throws {
    let server = ScriptedServer { connection in
      _ = connection.request()
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
      connection.waitForClose()
    }
    #expect(try await client.send(HTTPRequest("HEAD", server.url())).body.isEmpty)
  }

  @Test func `an interim answer is passed over`() async throws {
    let server = ScriptedServer { connection in
      _ = connection.request()
      connection.send("HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n")
      connection.answer(Array("final".utf8))
    }
    let answer = try await client.send(HTTPRequest("GET", server.url()))
    #expect(answer.status == 200)
    #expect(answer.headers["X-Early"] == nil)
  }

  @Test func `requests one after another use one connection`() async throws {
    let server = ScriptedServer { connection in
      while connection.request() != nil { connection.answer([1]) }
    }
    for _ in 0..<20 { _ = try await client.send(HTTPRequest("GET", server.url())) }
    #expect(server.connectionCount == 1)
  }

  @Test func `a kept connection that died is replaced without a word`() async throws {
    let server = ScriptedServer { connection in
      guard let request = connection.request() else { return }
      connection.answer(request.body)
    }
    for index in 0..<5 {
      let request = HTTPRequest("POST", server.url(), body: .bytes([UInt8(index)]))
      #expect(try await client.send(request).body == [UInt8(index)])
    }
    #expect(server.connectionCount == 5)
  }

  @Test func `many requests at once all get their own answers`() async throws {
    let server = ScriptedServer { connection in
      while let request = connection.request() { connection.answer(Array(request.line.utf8)) }
    }
    try await withThrowingTaskGroup { group in
      for index in 0..<64 {
        group.addTask { [client] in
          let answer = try await client.send(HTTPRequest("GET", server.url("/\(index)")))
          #expect(answer.text == "GET /\(index) HTTP/1.1")
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func `an upload of 64 MiB arrives whole`() async throws {
    let size = 64 << 20
    let server = ScriptedServer { connection in
      guard connection.requestHead() != nil else { return }
      if connection.skip(size) { connection.answer(Array("\(size)".utf8)) }
    }
    let body = [UInt8](repeating: 7, count: size)
    let answer = try await client.send(HTTPRequest("PUT", server.url(), body: .bytes(body)))
    #expect(answer.text == "\(size)")
  }
}

extension HTTPClientConfiguration {
  /// Past any proxy of the machine.
  static var direct: HTTPClientConfiguration {
    var configuration = HTTPClientConfiguration()
    configuration.proxy = .none
    return configuration
  }
}
