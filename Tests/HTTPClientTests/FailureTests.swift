import HTTPClient
import Testing

@Suite struct FailureTests {
  let client = HTTPClient(configuration: .direct)

  private func failure(_ request: HTTPRequest) async -> HTTPClientError? {
    await #expect(throws: HTTPClientError.self) { try await client.send(request) }
  }

  @Test func `a refused connection is retryable and says so`() async {
    let unheard = BoundSocket()
    let address = "127.0.0.1:\(unheard.port)"
    let error = await failure(HTTPRequest("GET", "http://u:secret@\(address)/x?token=1"))
    #expect(error?.code == .notConnected)
    #expect(error?.curlName == "CURLE_COULDNT_CONNECT")
    #expect(error?.isRetryable == true)
    #expect(error?.request == "GET http://\(address)/x")
  }

  @Test func `a reset in the middle is retryable`() async {
    let server = ScriptedServer { connection in
      _ = connection.request()
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
      connection.resetsAtEnd()
    }
    let error = await failure(HTTPRequest("GET", server.url()))
    #expect(error?.code == .connectionLost)
    #expect(error?.isRetryable == true)
  }

  @Test func `a close before the answer is retryable`() async {
    let server = ScriptedServer { connection in _ = connection.request() }
    #expect(await failure(HTTPRequest("GET", server.url()))?.code == .connectionLost)
  }

  @Test func `a silent server runs into the idle time-out`() async {
    let server = ScriptedServer { connection in connection.waitForClose() }
    var request = HTTPRequest("GET", server.url())
    request.timeouts = HTTPTimeouts(idle: .milliseconds(150))
    let error = await failure(request)
    #expect(error?.code == .idleTimedOut)
    #expect(error?.isRetryable == true)
  }

  @Test func `bytes that keep coming hold the idle time-out off, not the total one`() async {
    let server = ScriptedServer { connection in
      _ = connection.request()
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      let pause = Gate()
      while connection.chunk("x") { pause.waitBlocking(milliseconds: 20) }
    }
    var request = HTTPRequest("GET", server.url())
    request.timeouts = HTTPTimeouts(total: .milliseconds(1200), idle: .milliseconds(600))
    let error = await failure(request)
    #expect(error?.code == .timedOut)
    #expect(error?.curlName == "CURLE_OPERATION_TIMEDOUT")
  }

  @Test func `a handshake nobody answers runs into the connect time-out`() async {
    let server = ScriptedServer { connection in connection.waitForClose() }
    var request = HTTPRequest("GET", "https://127.0.0.1:\(server.port)/")
    request.timeouts = HTTPTimeouts(connect: .milliseconds(150))
    #expect(await failure(request)?.code == .connectTimedOut)
  }

  @Test(arguments: ["", "ftp://127.0.0.1/", "http://", "http://a b/", "file:///etc/passwd"])
  func `what is no HTTP address is refused`(url: String) async {
    let error = await failure(HTTPRequest("GET", url))
    #expect(error?.code == .badURL)
    #expect(error?.isRetryable == false)
  }

  @Test func `a header field cannot smuggle another`() async {
    let request = HTTPRequest("GET", "http://127.0.0.1:1/", headers: ["X": "a\r\nY: b"])
    #expect(await failure(request)?.code == .badRequest)
    #expect(await failure(HTTPRequest("GET /", "http://127.0.0.1:1/"))?.code == .badRequest)
  }

  @Test func `what is not HTTP is no answer`() async {
    let server = ScriptedServer { connection in
      _ = connection.request()
      connection.send("SSH-2.0-other\r\n")
    }
    let error = await failure(HTTPRequest("GET", server.url()))
    #expect(error?.isRetryable == false)
  }

  @Test func `an answer over the limit is refused`() async {
    let server = ScriptedServer { connection in
      _ = connection.request()
      connection.answer([UInt8](repeating: 1, count: 1001))
    }
    let request = HTTPRequest("GET", server.url())
    let error = await #expect(throws: HTTPClientError.self) {
      try await client.send(request, limit: 1000)
    }
    #expect(error?.code == .responseTooLarge)
  }

  @Test func `cancelling the task ends the transfer`() async {
    let asked = Gate()
    let closed = Gate()
    let server = ScriptedServer { connection in
      _ = connection.request()
      asked.open()
      connection.waitForClose()
      closed.open()
    }
    let sending = Task { [client] in try await client.send(HTTPRequest("GET", server.url())) }
    await asked.wait()
    sending.cancel()
    let result = await sending.result
    let error = #expect(throws: HTTPClientError.self) { try result.get() }
    #expect(error?.code == .cancelled)
    await closed.wait()
  }

  @Test func `a cancelled task sends nothing`() async {
    let server = ScriptedServer { _ in }
    let sending = Task { [client] in
      withUnsafeCurrentTask { $0?.cancel() }
      return try await client.send(HTTPRequest("GET", server.url()))
    }
    let result = await sending.result
    #expect(throws: HTTPClientError.self) { try result.get() }
    #expect(server.connectionCount == 0)
  }

  @Test func `shutting down ends what runs and refuses what comes`() async throws {
    let client = HTTPClient(configuration: .direct)
    let asked = Gate()
    let server = ScriptedServer { connection in
      _ = connection.request()
      asked.open()
      connection.waitForClose()
    }
    let sending = Task { try await client.send(HTTPRequest("GET", server.url())) }
    await asked.wait()
    client.shutDown()
    let result = await sending.result
    #expect(#expect(throws: HTTPClientError.self) { try result.get() }?.code == .shutDown)
    let late = await #expect(throws: HTTPClientError.self) {
      try await client.send(HTTPRequest("GET", server.url()))
    }
    #expect(late?.code == .shutDown)
  }
}
