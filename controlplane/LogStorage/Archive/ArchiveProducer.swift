import Store

/// Gives an object's bytes to a backend, and its index to the store, while the log is read.
actor ArchiveProducer {
  /// What became of an object.
  struct Result: Sendable {
    var objectSize: Int64
    var digest: [UInt8]
    var lines: Int64
  }

  private let source: ArchiveSource
  private let isPartial: Bool
  /// Takes the index of what was given; throws when it is not wanted any more.
  private let index: @Sendable ([LogSegment]) async throws -> Void
  private var encoder: ArchiveEncoder?
  private var segments: [LogSegment] = []
  private var position: Int64 = 0
  private var upcoming: Task<[LogChunk], any Error>?
  private var hasBegun = false
  private(set) var result: Result?

  /// - Parameter isPartial: the log goes on, so the object has no last line.
  init(
    source: ArchiveSource, encoder: consuming ArchiveEncoder, isPartial: Bool,
    index: @escaping @Sendable ([LogSegment]) async throws -> Void
  ) {
    self.source = source
    self.encoder = consume encoder
    self.isPartial = isPartial
    self.index = index
  }

  deinit { upcoming?.cancel() }

  /// The next bytes, nil at the object's end. All of the index was taken before nil is given.
  func next() async throws -> [UInt8]? {
    if result != nil { return nil }
    if !hasBegun {
      hasBegun = true
      guard let head = try encoder?.begin() else { return nil }
      prefetch()
      return head.bytes
    }
    while position < source.end {
      let chunks = try await self.chunks()
      position = chunks.last?.end ?? source.end
      prefetch()
      let bytes = keep(try encode(chunks))
      if segments.count >= 32 { try await flush() }
      if !bytes.isEmpty { return bytes }
    }
    return try await finish()
  }

  private func chunks() async throws -> [LogChunk] {
    if upcoming == nil { prefetch() }
    guard let upcoming else { return [] }
    self.upcoming = nil
    return try await withTaskCancellationHandler {
      try await upcoming.value
    } onCancel: {
      upcoming.cancel()
    }
  }

  private func prefetch() {
    guard position < source.end else { return }
    let (source, position) = (source, position)
    upcoming = Task { try await source.chunks(from: position) }
  }

  private func encode(_ chunks: [LogChunk]) throws -> [ArchiveEncoder.Output] {
    var outputs: [ArchiveEncoder.Output] = []
    for chunk in chunks { outputs += try encoder?.take(chunk) ?? [] }
    return outputs
  }

  /// Keeps the index of what was encoded and answers the bytes as one piece.
  private func keep(_ outputs: [ArchiveEncoder.Output]) -> [UInt8] {
    segments += outputs.compactMap(\.segment)
    if outputs.count == 1 { return outputs[0].bytes }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(outputs.reduce(0) { $0 + $1.bytes.count })
    for output in outputs { bytes += output.bytes }
    return bytes
  }

  private func finish() async throws -> [UInt8]? {
    guard var encoder = encoder.take() else { return nil }
    let bytes = keep(try encoder.finish(hasTail: !isPartial))
    let (size, lines) = (encoder.objectSize, encoder.lines)
    let digest = encoder.objectDigest()
    try await flush()
    result = Result(objectSize: size, digest: digest, lines: lines)
    return bytes.isEmpty ? nil : bytes
  }

  private func flush() async throws {
    let full = segments
    segments = []
    try await index(full)
  }
}
