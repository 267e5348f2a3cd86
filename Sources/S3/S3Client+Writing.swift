import HTTPClient

extension S3Client {
  /// Stores an object; an older one of that key is replaced once all of the new one is there, never before.
  ///
  /// More than `multipartThreshold` bytes are uploaded in parts, each of which is sent again when it fails; when the
  /// upload fails as a whole, also because the task is cancelled, it is aborted. What even that cannot remove is found
  /// by `uploads(prefix:)`. Throws `tooLarge` when there are more bytes than 10,000 parts hold, and `bodyFailed` when
  /// the body's producer throws.
  ///
  /// `metadata` names are lower-case letters, digits, `.` and `-`. Empty values are left out, and no name may be
  /// another's beginning up to one of `.-` or a digit: libcurl would sign neither rightly.
  @discardableResult
  public func put(
    _ key: String, _ body: S3Body, contentType: String? = nil, metadata: [String: String] = [:]
  ) async throws(S3Error) -> S3Stored {
    try S3Address.check(key)
    var headers: HTTPHeaders = [:]
    headers["Content-Type"] = contentType
    for (name, value) in metadata.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
      headers["x-amz-meta-\(name)"] = value
    }
    var pieces = PieceReader(body)
    let first = try await pieces.take(configuration.multipartThreshold)
    if try await pieces.isAtEnd() { return try await store(key, first, headers) }
    pieces.giveBack(first)
    return try await upload(key, &pieces, headers)
  }

  private func store(
    _ key: String, _ bytes: [UInt8], _ headers: HTTPHeaders
  ) async throws(S3Error) -> S3Stored {
    let answer = try await send(Call("PUT", key, headers: headers, body: bytes))
    return S3Stored(
      size: Int64(bytes.count), etag: answer.headers["etag"] ?? "", parts: 1)
  }
}

/// Cuts what a body gives into pieces of the size that is asked for.
struct PieceReader {
  private let next: (@Sendable () async throws -> [UInt8]?)?
  private var bytes: [UInt8]
  private var offset = 0
  private var hasEnded: Bool

  init(_ body: S3Body) {
    switch body {
    case .bytes(let bytes): (next, self.bytes, hasEnded) = (nil, bytes, true)
    case .pieces(let next): (self.next, bytes, hasEnded) = (next, [], false)
    }
  }

  /// `count` bytes, or fewer at the end.
  mutating func take(_ count: Int) async throws(S3Error) -> [UInt8] {
    var taken: [UInt8] = []
    while taken.count < count, try await fill() {
      let end = min(bytes.count, offset + count - taken.count)
      if taken.isEmpty { taken.reserveCapacity(hasEnded ? end - offset : count) }
      taken += bytes[offset..<end]
      offset = end
    }
    return taken
  }

  /// Has `taken` come again. It is let go of once it has been taken anew.
  mutating func giveBack(_ taken: consuming [UInt8]) {
    bytes = taken + bytes[offset...]
    offset = 0
  }

  /// Whether nothing comes any more.
  mutating func isAtEnd() async throws(S3Error) -> Bool { try await !fill() }

  /// Sees to it that there is a byte; false at the end.
  private mutating func fill() async throws(S3Error) -> Bool {
    while offset == bytes.count {
      guard !hasEnded, let next else { return false }
      offset = 0
      bytes = []
      do {
        if let piece = try await next() { bytes = piece } else { hasEnded = true }
      } catch {
        throw S3Error(error is CancellationError ? .cancelled : .bodyFailed, "\(error)")
      }
    }
    return true
  }
}
