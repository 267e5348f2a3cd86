import Cryptography
import Glibc
import HTTPClient
import Testing

@Suite struct TLSTests {
  @Test func `a self-signed certificate is trusted through its file, and by nobody else`()
    async throws
  {
    let server = try await TLSServer.start(hosts: ["127.0.0.1", "localhost"])
    defer { server.stop() }
    var trusting = HTTPClientConfiguration.direct
    trusting.certificateAuthorityFile = server.certificateFile
    let answer = try await HTTPClient(configuration: trusting)
      .send(HTTPRequest("GET", "https://127.0.0.1:\(server.port)/"))
    #expect(answer.status == 200)

    let error = await #expect(throws: HTTPClientError.self) {
      try await HTTPClient(configuration: .direct)
        .send(HTTPRequest("GET", "https://127.0.0.1:\(server.port)/"))
    }
    #expect(error?.code == .untrustedCertificate)
    #expect(error?.isRetryable == false)
  }

  @Test func `a certificate for another host is refused`() async throws {
    let server = try await TLSServer.start(hosts: ["elsewhere.example"])
    defer { server.stop() }
    var trusting = HTTPClientConfiguration.direct
    trusting.certificateAuthorityFile = server.certificateFile
    let error = await #expect(throws: HTTPClientError.self) {
      try await HTTPClient(configuration: trusting)
        .send(HTTPRequest("GET", "https://127.0.0.1:\(server.port)/"))
    }
    #expect(error?.code == .untrustedCertificate)
  }

  @Test func `verification can be turned off in so many words`() async throws {
    let server = try await TLSServer.start(hosts: ["elsewhere.example"])
    defer { server.stop() }
    var trusting = HTTPClientConfiguration.direct
    trusting.verification = .off
    let answer = try await HTTPClient(configuration: trusting)
      .send(HTTPRequest("GET", "https://127.0.0.1:\(server.port)/"))
    #expect(answer.status == 200)
  }

  @Test func `a certificate file that is not there is named`() async throws {
    let server = try await TLSServer.start(hosts: ["127.0.0.1"])
    defer { server.stop() }
    var configuration = HTTPClientConfiguration.direct
    configuration.certificateAuthorityFile = "/nonexistent/authorities.pem"
    let error = await #expect(throws: HTTPClientError.self) {
      try await HTTPClient(configuration: configuration)
        .send(HTTPRequest("GET", "https://127.0.0.1:\(server.port)/"))
    }
    #expect(error?.code == .tlsFailed)
    #expect(error?.message.contains("/nonexistent/authorities.pem") == true)
  }
}
