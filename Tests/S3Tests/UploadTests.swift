import S3
import Synchronization
import TestSupport
import Testing

@Suite struct UploadTests {
  @Test func `more than the threshold goes in parts and comes back the same`() async throws {
    let room = try await S3Room()
    let bytes = pattern(17 << 20)
    let stored = try await room.client.put("large", .bytes(bytes), metadata: ["a": "b"])
    #expect(stored.parts == 3)
    #expect(stored.size == 17 << 20)
    #expect(stored.etag.hasSuffix("-3\""))
    let object = try #require(try await room.client.head("large"))
    #expect(object.size == 17 << 20)
    #expect(object.metadata == ["a": "b"])
    #expect(try await room.client.bytes(of: "large", limit: 20 << 20) == bytes)
    #expect(try await room.client.uploads() == [])
  }

  @Test func `as many bytes as the threshold go at once`() async throws {
    let room = try await S3Room { $0.multipartThreshold = 1 << 20 }
    #expect(
      try await room.client.put("at", .bytes(pattern(1 << 20))).etag.hasSuffix("-1\"") == false)
    #expect(
      try await room.client.put("above", .bytes(pattern((1 << 20) + 1))).etag.hasSuffix("-1\""))
  }

  @Test func `pieces of any size make the same object`() async throws {
    let room = try await S3Room {
      $0.multipartThreshold = 6 << 20
      $0.partSize = 5 << 20
    }
    let bytes = pattern(11_000_001)
    let offset = Mutex(0)
    let stored = try await room.client.put(
      "pieces",
      .pieces {
        offset.withLock { offset in
          guard offset < bytes.count else { return nil }
          let end = min(bytes.count, offset + 777_777)
          defer { offset = end }
          return Array(bytes[offset..<end])
        }
      })
    #expect(stored == S3Stored(size: 11_000_001, etag: stored.etag, parts: 3))
    #expect(try await room.client.bytes(of: "pieces") == bytes)
  }

  @Test func `a cancelled upload is aborted`() async throws {
    let room = try await S3Room {
      $0.multipartThreshold = 5 << 20
      $0.partSize = 5 << 20
    }
    let piece = pattern(1 << 20)
    let (asked, ask) = AsyncStream.makeStream(of: Void.self)
    let count = Mutex(0)
    let upload = Task {
      try await room.client.put(
        "cancelled",
        .pieces {
          let number = count.withLock { count in
            count += 1
            return count
          }
          if number == 12 {
            ask.yield()
            try await Task.sleep(for: .seconds(600))
          }
          return piece
        })
    }
    for await _ in asked { break }
    #expect(try await room.client.uploads().map(\.key) == ["cancelled"])
    upload.cancel()
    await #expect { try await upload.value } throws: { ($0 as? S3Error)?.code == .cancelled }
    #expect(try await room.client.uploads() == [])
  }

  @Test func `leftovers are listed by prefix and can be aborted`() async throws {
    let room = try await S3Room()
    for key in ["logs/1", "logs/2", "other"] { try await room.leaveUpload(of: key) }
    let left = try await room.client.uploads(prefix: "logs/")
    #expect(left.map(\.key) == ["logs/1", "logs/2"])
    #expect(left.allSatisfy { $0.initiated ?? 0 > 1_200_000_000 })
    for upload in left { try await room.client.abort(upload) }
    try await room.client.abort(left[0])
    #expect(try await room.client.uploads().map(\.key) == ["other"])
  }
}
