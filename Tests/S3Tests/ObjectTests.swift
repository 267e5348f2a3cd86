import S3
import TestSupport
import Testing

@Suite struct ObjectTests {
  @Test func `what is put can be got, whole and in ranges`() async throws {
    let room = try await S3Room()
    let bytes = pattern(300_000)
    let stored = try await room.client.put(
      "logs/a/1.rdlog", .bytes(bytes), contentType: "text/plain", metadata: ["execution": "17"])
    #expect(stored.size == 300_000)
    #expect(stored.parts == 1)
    #expect(try await room.client.bytes(of: "logs/a/1.rdlog") == bytes)
    let some = try await room.client.get("logs/a/1.rdlog", range: 100..<200)
    #expect(some.range == 100..<200)
    #expect(some.object.size == 300_000)
    #expect(some.object.metadata["execution"] == "17")
    #expect(
      try await room.client.bytes(of: "logs/a/1.rdlog", range: 100..<200) == Array(bytes[100..<200])
    )
    let tail = try await room.client.bytes(of: "logs/a/1.rdlog", range: 299_990..<400_000)
    #expect(tail == Array(bytes[299_990...]))
  }

  @Test func `metadata without a value is left out`() async throws {
    let room = try await S3Room()
    try await room.client.put("some", .bytes([1]), metadata: ["rundeck.execid": "1", "none": ""])
    #expect(try await room.client.head("some")?.metadata == ["rundeck.execid": "1"])
  }

  @Test func `an object can be empty`() async throws {
    let room = try await S3Room()
    try await room.client.put("empty", .bytes([]))
    #expect(try await room.client.bytes(of: "empty") == [])
    #expect(try await room.client.head("empty")?.size == 0)
  }

  @Test func `head tells an object's size, and nil where there is none`() async throws {
    let room = try await S3Room()
    #expect(try await room.client.head("none") == nil)
    let stored = try await room.client.put("some", .bytes([1, 2, 3]))
    let object = try #require(try await room.client.head("some"))
    #expect(object.size == 3)
    #expect(object.etag == stored.etag)
    #expect(try #require(object.modified) > 1_700_000_000)
  }

  @Test func `what was deleted is gone, and deleting it again is no error`() async throws {
    let room = try await S3Room()
    try await room.client.put("some", .bytes([1]))
    try await room.client.delete("some")
    try await room.client.delete("some")
    #expect(try await room.client.head("some") == nil)
    await #expect { try await room.client.bytes(of: "some") } throws: { error in
      let error = error as? S3Error
      return error?.code == .noSuchObject && error?.serverCode == "NoSuchKey"
        && error?.status == 404 && error?.isRetryable == false
    }
  }

  @Test func `a list goes on where the page before ended`() async throws {
    let room = try await S3Room()
    for number in 1...5 { try await room.client.put("logs/\(number) ä+&=", .bytes([1])) }
    try await room.client.put("other", .bytes([1]))
    var keys: [String] = []
    var continuation: String?
    var pages = 0
    repeat {
      let page = try await room.client.list(
        prefix: "logs/", continuation: continuation, limit: 2)
      keys += page.objects.map(\.key)
      continuation = page.continuation
      pages += 1
    } while continuation != nil
    #expect(keys == (1...5).map { "logs/\($0) ä+&=" })
    #expect(pages == 3)
  }

  @Test func `a bucket can be named in the host's name`() async throws {
    let server = try await S3Server.shared()
    let room = try await S3Room {
      $0.endpoint = server.virtualHostURL
      $0.isPathStyle = false
    }
    try await room.client.put("by host", .bytes([7]))
    #expect(try await room.client.bytes(of: "by host") == [7])
    #expect(try await room.client.list().objects.map(\.key) == ["by host"])
  }

  @Test func `a range behind the end is said to be one`() async throws {
    let room = try await S3Room()
    try await room.client.put("some", .bytes([1, 2, 3]))
    await #expect { try await room.client.bytes(of: "some", range: 10..<20) } throws: {
      ($0 as? S3Error)?.code == .badRange
    }
  }

  @Test func `a bucket that is not there is named`() async throws {
    let room = try await S3Room { $0.bucket = "nobody-made-this" }
    await #expect { try await room.client.put("key", .bytes([1])) } throws: { error in
      let error = error as? S3Error
      return error?.code == .noSuchBucket && "\(error!)".contains("nobody-made-this")
    }
  }
}
