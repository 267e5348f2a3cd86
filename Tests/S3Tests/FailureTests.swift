import HTTPClient
import S3
import Synchronization
import TestSupport
import Testing

@Suite struct FailureTests {
  private func client(
    _ server: PlayedServer, now: @escaping @Sendable () -> Int64 = { 1_800_000_000 }
  ) throws -> S3Client {
    var configuration = S3Configuration(
      bucket: "bucket", endpoint: server.url + "/s3", isPathStyle: true)
    configuration.multipartThreshold = 10
    configuration.partSize = 8
    configuration.partPause = .milliseconds(1)
    return try S3Client(
      configuration: configuration, credentials: S3Room.credentials, http: .direct, now: now)
  }

  @Test(arguments: [
    ("SlowDown", 503, S3Error.Code.throttled, true),
    ("InternalError", 500, .unavailable, true),
    ("AccessDenied", 403, .denied, false),
    ("SignatureDoesNotMatch", 403, .badCredentials, false),
    ("RequestTimeout", 400, .refused, true),
    ("MalformedXML", 400, .refused, false),
    ("EntityTooLarge", 400, .tooLarge, false),
  ])
  func `the server's code decides what an error is and whether to try again`(
    serverCode: String, status: Int, code: S3Error.Code, isRetryable: Bool
  ) async throws {
    let server = try PlayedServer { _ in .error(serverCode, status: status) }
    let client = try client(server)
    await #expect { try await client.put("key", .bytes([1])) } throws: { error in
      let error = error as? S3Error
      return error?.code == code && error?.isRetryable == isRetryable && error?.status == status
        && error?.serverCode == serverCode && error?.requestID == "R1"
    }
  }

  @Test func `a clock that is wrong is named with the difference`() async throws {
    let server = try PlayedServer { _ in
      .error("RequestTimeTooSkewed", status: 403, headers: ["Date: Fri, 15 Jan 2027 07:40:00 GMT"])
    }
    let client = try client(server)
    await #expect { try await client.head("key") } throws: { _ in true }
    await #expect { try await client.put("key", .bytes([1])) } throws: { error in
      let error = error as? S3Error
      return error?.code == .clockSkewed
        && error?.message.contains("1200 s ahead of the server's") == true
    }
  }

  @Test func `a server that is away is unreachable, which may pass`() async throws {
    let client = try S3Client(
      configuration: S3Configuration(
        bucket: "bucket", endpoint: "http://127.0.0.1:\(freePort())", isPathStyle: true),
      credentials: S3Room.credentials, http: .direct)
    await #expect { try await client.put("key", .bytes([1])) } throws: { error in
      let error = error as? S3Error
      return error?.code == .unreachable && error?.isRetryable == true
        && error?.transport?.code == .notConnected
    }
  }

  @Test func `an endpoint may have a path, and a key is encoded once`() async throws {
    let server = try PlayedServer { _ in .init(headers: ["ETag: \"e\""]) }
    try await client(server).put("a b/ü+=%?#.log", .bytes([1]))
    #expect(server.requests.map(\.target) == ["/s3/bucket/a%20b/%C3%BC%2B%3D%25%3F%23.log"])
  }

  @Test func `a part that fails is sent again, the others are not`() async throws {
    let failures = Mutex(2)
    let server = try PlayedServer { request in
      switch request.method {
      case "POST" where request.target.contains("uploads="):
        return .xml(
          "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
      case "POST":
        return .xml(
          "<CompleteMultipartUploadResult><ETag>done</ETag></CompleteMultipartUploadResult>")
      default:
        let fails =
          request.target.contains("partNumber=2")
          && failures.withLock { left in
            left -= 1
            return left >= 0
          }
        return fails ? .error("InternalError", status: 500) : .init(headers: ["ETag: \"p\""])
      }
    }
    let stored = try await client(server).put("key", .bytes(Array(1...20)))
    #expect(stored == S3Stored(size: 20, etag: "done", parts: 3))
    let parts = server.requests.filter { $0.method == "PUT" }.map(\.target).sorted()
    #expect(
      parts == [1, 2, 2, 2, 3].map { "/s3/bucket/key?partNumber=\($0)&uploadId=u" })
    let complete = try #require(server.requests.last)
    #expect(
      String(decoding: complete.body, as: UTF8.self).hasSuffix(
        "<Part><PartNumber>3</PartNumber><ETag>\"p\"</ETag></Part></CompleteMultipartUpload>"))
  }

  @Test func `an upload that fails is aborted`() async throws {
    let server = try PlayedServer { request in
      switch request.method {
      case "POST":
        .xml(
          "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
      case "DELETE": .init(status: 204)
      default: .error("AccessDenied", status: 403)
      }
    }
    let client = try client(server)
    await #expect { try await client.put("key", .bytes(Array(1...20))) } throws: {
      ($0 as? S3Error)?.code == .denied
    }
    #expect(server.requests.last?.method == "DELETE")
    #expect(server.requests.last?.target == "/s3/bucket/key?uploadId=u")
  }

  @Test func `a failure that comes as success is one`() async throws {
    let completions = Mutex(0)
    let server = try PlayedServer { request in
      switch request.method {
      case "POST" where request.target.contains("uploads="):
        return .xml(
          "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
      case "POST":
        let count = completions.withLock { count in
          count += 1
          return count
        }
        return count == 1
          ? .error("InternalError", status: 200)
          : .xml("\n <CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>")
      default: return .init(headers: ["ETag: \"p\""])
      }
    }
    let stored = try await client(server).put("key", .bytes(Array(1...20)))
    #expect(stored.etag == "x")
    #expect(completions.withLock { $0 } == 2)
  }

  @Test func `a completion whose answer was lost is found out`() async throws {
    let completions = Mutex(0)
    let server = try PlayedServer { request in
      switch request.method {
      case "POST" where request.target.contains("uploads="):
        return .xml(
          "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
      case "POST":
        let count = completions.withLock { count in
          count += 1
          return count
        }
        return count == 1 ? .dropped : .error("NoSuchUpload", status: 404)
      case "HEAD":
        return .init(headers: ["ETag: \"whole\""], body: String(repeating: "x", count: 20))
      default: return .init(headers: ["ETag: \"p\""])
      }
    }
    let stored = try await client(server).put("key", .bytes(Array(1...20)))
    #expect(stored.etag == "\"whole\"")
    #expect(!server.requests.contains { $0.method == "DELETE" })
  }

  @Test func `a producer that fails leaves nothing`() async throws {
    let server = try await S3Server.shared()
    let room = try await S3Room(on: server) {
      $0.multipartThreshold = 5 << 20
      $0.partSize = 5 << 20
    }
    let piece = pattern(1 << 20)
    let count = Mutex(0)
    await #expect {
      try await room.client.put(
        "broken",
        .pieces {
          let number = count.withLock { count in
            count += 1
            return count
          }
          if number == 13 { throw NeverHappened(description: "the disk broke") }
          return piece
        })
    } throws: { error in
      let error = error as? S3Error
      return error?.code == .bodyFailed && error?.message.contains("the disk broke") == true
    }
    #expect(try await room.client.uploads() == [])
    #expect(try await room.client.head("broken") == nil)
  }

  @Test(arguments: ["", "/a", "a/../b", "./a", "a\nb", String(repeating: "k", count: 1025)])
  func `a key that somebody would read as another is refused`(key: String) async throws {
    let server = try PlayedServer { _ in .init() }
    let client = try client(server)
    await #expect { try await client.put(key, .bytes([1])) } throws: {
      ($0 as? S3Error)?.code == .badRequest
    }
    #expect(server.requests.isEmpty)
  }

  @Test(arguments: ["ftp://host", "host:9000", "https://", "http://a b/", "http://h/?x=1"])
  func `an endpoint that is none is refused`(endpoint: String) {
    #expect(throws: S3Error.self) {
      try S3Client(
        configuration: S3Configuration(bucket: "bucket", endpoint: endpoint),
        credentials: S3Room.credentials, http: .direct)
    }
  }

  @Test func `a server that ignores the range is not believed`() async throws {
    let server = try PlayedServer { _ in .init(body: "0123456789") }
    let client = try client(server)
    await #expect { try await client.bytes(of: "key", range: 2..<4) } throws: {
      ($0 as? S3Error)?.code == .badAnswer
    }
  }

  @Test func `an answer with a document type is none`() async throws {
    let server = try PlayedServer { _ in
      .xml("<!DOCTYPE x [<!ENTITY e 'e'>]><ListBucketResult>&e;</ListBucketResult>")
    }
    let client = try client(server)
    await #expect { try await client.list() } throws: { ($0 as? S3Error)?.code == .badAnswer }
  }
}
