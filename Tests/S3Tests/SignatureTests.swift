import HTTPClient
import S3
import TestSupport
import Testing

/// What libcurl signs, as somebody else computes it.
@Suite struct SignatureTests {
  /// Prints the signature that botocore gives each request; a request is an argument whose lines are the method, the
  /// address, and a header field each.
  private static let oracle = """
    import sys
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    for argument in sys.argv[1:]:
        method, url, *lines = argument.split("\\n")
        request = AWSRequest(method=method, url=url)
        for line in lines:
            name, value = line.split(": ", 1)
            request.headers[name] = value
        request.context["timestamp"] = request.headers["x-amz-date"]
        token = request.headers["x-amz-security-token"]
        auth = S3SigV4Auth(Credentials("AKEY", "a/secret+key", token), "s3", "eu-central-1")
        text = auth.string_to_sign(request, auth.canonical_request(request))
        print(auth.signature(text, request))
    """

  @Test(arguments: ["plain.log", "a b/ü+=%?#&;*'()!~.log", "ü/日本/$a,b:c@d[e]"])
  func `a signature is the one that botocore computes`(key: String) async throws {
    let server = try PlayedServer { request in
      request.method == "POST"
        ? .xml(
          "<InitiateMultipartUploadResult><UploadId>a+b/c=</UploadId></InitiateMultipartUploadResult>"
        )
        : .init(headers: ["ETag: \"e\"", "Content-Range: bytes 0-0/1"])
    }
    var configuration = S3Configuration(
      bucket: "bucket", region: "eu-central-1", endpoint: server.url, isPathStyle: true)
    configuration.multipartThreshold = 3
    configuration.partSize = 2
    let client = try S3Client(
      configuration: configuration,
      credentials: FixedCredentials(
        S3Credentials(
          accessKey: "AKEY", secretKey: "a/secret+key", sessionToken: "to/ken==", source: "test")),
      http: .direct)
    try await client.put(key, .bytes([1]), contentType: "text/plain", metadata: ["z": "1  2"])
    _ = try? await client.put(key, .bytes([1, 2, 3, 4, 5]))
    _ = try await client.head(key)
    _ = try? await client.bytes(of: key, range: 0..<1)
    _ = try? await client.list(prefix: key, continuation: "a+/=")
    _ = try? await client.uploads(prefix: key)
    try await client.delete(key)
    let requests = server.requests
    #expect(requests.count >= 11)
    let parts = try requests.map { try signedParts(of: $0, server) }
    let expected = try await S3Server.runPython(Self.oracle, parts.map(\.question))
    #expect(expected.split(separator: "\n").map(String.init) == parts.map(\.signature))
  }

  private func signedParts(
    of request: PlayedServer.Request, _ server: PlayedServer
  ) throws -> (question: String, signature: String) {
    let authorization = try #require(request.headers["authorization"])
    let signed = try #require(authorization.firstMatch(of: /SignedHeaders=([^,]+)/)).output.1
    let signature = try #require(authorization.firstMatch(of: /Signature=([0-9a-f]+)/)).output.1
    let names = signed.split(separator: ";").map(String.init)
    #expect(names.contains("x-amz-content-sha256") && names.contains("x-amz-security-token"))
    let lines = names.filter { $0 != "host" }.map { "\($0): \(request.headers[$0] ?? "?")" }
    let question = [request.method, server.url + request.target] + lines
    return (question.joined(separator: "\n"), String(signature))
  }

  @Test func `a server that verifies signatures takes ours and no others`() async throws {
    let server = try await S3Server()
    let plain = try await S3Room(on: server)
    let byHost = try await server.createBucket()
    let key = try await server.requireSignatures()
    func client(secret: String, host: String? = nil) throws -> S3Client {
      var configuration = plain.client.configuration
      if let host {
        configuration.bucket = host
        configuration.endpoint = server.virtualHostURL
        configuration.isPathStyle = false
      }
      configuration.multipartThreshold = 5 << 20
      configuration.partSize = 5 << 20
      return try S3Client(
        configuration: configuration,
        credentials: FixedCredentials(
          S3Credentials(accessKey: key.accessKey, secretKey: secret, source: "test")), http: .direct
      )
    }
    for host in [nil, byHost] {
      let right = try client(secret: key.secretKey, host: host)
      let name = "a b/ü+=&.log"
      let bytes = pattern(6 << 20)
      #expect(try await right.put(name, .bytes(bytes), metadata: ["m": "v"]).parts == 2)
      #expect(try await right.bytes(of: name, range: 1..<9) == Array(bytes[1..<9]))
      #expect(try await right.head(name)?.size == 6 << 20)
      #expect(try await right.list(prefix: "a b/").objects.map(\.key) == [name])
      #expect(try await right.uploads(prefix: "a b/") == [])
      try await right.delete(name)
    }
    let wrong = try client(secret: "another")
    await #expect { try await wrong.put("key", .bytes([1])) } throws: { error in
      let error = error as? S3Error
      return error?.code == .badCredentials && error?.serverCode == "SignatureDoesNotMatch"
    }
    await server.remove()
  }
}
