import HTTPClient
import Testing

@Suite struct SigningTests {
  let client = HTTPClient(configuration: .direct)
  let signing = HTTPSigning(
    region: "eu-central-1", service: "s3", accessKey: "AKEY", secretKey: "the secret")

  @Test func `a signed request names its scope and signs all its fields`() async throws {
    let server = ScriptedServer { connection in
      while let request = connection.request() {
        let lines = [request.line] + request.headers
        connection.answer(Array(lines.joined(separator: "\n").utf8))
      }
    }
    let answer = try await client.send(
      HTTPRequest(
        "PUT", server.url("/a/../b%20c?uploads="),
        headers: ["x-amz-content-sha256": "UNSIGNED-PAYLOAD", "Range": "bytes=0-9"],
        body: .bytes(Array(repeating: 1, count: 2_000_000)), signing: signing))
    let fields = answer.text
    #expect(fields.hasPrefix("PUT /a/../b%20c?uploads= HTTP/1.1\n"))
    #expect(fields.contains("Credential=AKEY/"))
    #expect(fields.contains("/eu-central-1/s3/aws4_request"))
    #expect(fields.contains("SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"))
    #expect(!fields.contains("the secret"))
  }

  @Test(
    arguments: [
      (["x-empty": ""], "x-empty"),
      (["x-amz-meta-a": "1", "x-amz-meta-a-b": "2"], "x-amz-meta-a-b"),
    ] as [(HTTPHeaders, String)])
  func `what libcurl would sign wrongly is refused`(
    headers: HTTPHeaders, name: String
  ) async throws {
    let request = HTTPRequest("GET", "http://127.0.0.1:1/", headers: headers, signing: signing)
    await #expect { try await client.send(request) } throws: { error in
      let error = error as? HTTPClientError
      return error?.code == .badRequest && error?.message.contains(name) == true
    }
  }

  @Test func `a region that would change the scope is refused`() async throws {
    var signing = signing
    signing.region = "a:b"
    let request = HTTPRequest("GET", "http://127.0.0.1:1/", signing: signing)
    await #expect { try await client.send(request) } throws: {
      ($0 as? HTTPClientError)?.code == .badRequest
    }
  }

  @Test func `a secret is in no description`() {
    var text = ""
    dump(signing, to: &text)
    #expect(!(text + "\(signing)" + String(reflecting: signing)).contains("the secret"))
  }
}
