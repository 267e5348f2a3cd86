import Logs
import Model
import Store

extension StoredLogSource {
  /// The chunks of a copy, with what tells whole ones from parts.
  ///
  /// A copy that is replaced by a later one between the look at the index and the reading is looked for anew.
  func archived(
    of execution: ExecutionID, from position: Int64, bytes: Int64,
    selecting selection: LogSelection = .all
  ) async throws -> [LogChunk] {
    guard let copy = try await copy(of: execution) else { return [] }
    do {
      return try await archived(copy, from: position, bytes: bytes, selection)
    } catch let error as LogStorageError where error.code != .store {
      guard let newer = try await self.copy(of: execution), newer.log != copy.log else {
        throw error
      }
      return try await archived(newer, from: position, bytes: bytes, selection)
    }
  }

  private func archived(
    _ copy: Copy, from position: Int64, bytes: Int64, _ selection: LogSelection
  ) async throws -> [LogChunk] {
    var position = max(position, 0)
    while position < copy.log.size {
      let segments = try await segments(copy, from: position, bytes: bytes, selection)
      guard let last = segments.last else { return [] }
      let chunks = try await read(segments, of: copy).filter {
        $0.end > position && selection.selects(step: $0.step, node: $0.node)
      }
      if !chunks.isEmpty { return chunks }
      position = last.end
    }
    return []
  }

  /// The selected segments from the one that holds `position` on, of about so many bytes, at least one if there is any.
  private func segments(
    _ copy: Copy, from position: Int64, bytes: Int64, _ selection: LogSelection
  ) async throws -> [LogSegment] {
    let logs = store.ask.logStorage
    let most = Int(min(max(bytes / Int64(ArchiveEncoder.segmentBytes), 1), 32))
    let first = try await logs.segments(
      of: copy.id, claim: copy.log.claim, from: position, limit: selection == .all ? most : 1)
    if selection == .all { return first.fitting(bytes) }
    guard let start = first.first else { return [] }
    var chosen = start.isSelected(by: selection) ? [start] : []
    var next = start.end
    while chosen.isEmpty || chosen.length < bytes && chosen.count < most {
      let page = try await logs.outlines(
        of: copy.id, claim: copy.log.claim, from: next, limit: 256)
      guard let last = page.last else { break }
      for outline in page where outline.isSelected(by: selection) && chosen.count < most {
        chosen += try await logs.segments(
          of: copy.id, claim: copy.log.claim, from: outline.position, limit: 1)
      }
      next = last.end
    }
    return chosen.fitting(bytes)
  }

  private func read(_ segments: [LogSegment], of copy: Copy) async throws -> [LogChunk] {
    let backend = try backend(of: copy)
    var chunks: [LogChunk] = []
    var rest = segments[...]
    while let first = rest.first {
      var end = first.objectOffset
      let run = rest.prefix { segment in
        guard segment.objectOffset == end else { return false }
        end += segment.objectLength
        return true
      }
      rest = rest.dropFirst(run.count)
      let bytes = try await backend.read(copy.log.path, first.objectOffset..<end)
      for segment in run {
        let start = Int(segment.objectOffset - first.objectOffset)
        let part = bytes.dropFirst(start).prefix(Int(segment.objectLength))
        var decoder = try SegmentDecoder(
          segment, bytes: part, isCompressed: copy.log.isCompressed)
        chunks += try decoder.chunks()
      }
    }
    return chunks
  }
}

extension [LogSegment] {
  fileprivate var length: Int64 { reduce(0) { $0 + $1.length } }

  /// The first ones that have no more than so many bytes together, at least one.
  fileprivate func fitting(_ bytes: Int64) -> [LogSegment] {
    var sum: Int64 = 0
    return enumerated().prefix { index, segment in
      sum += segment.length
      return index == 0 || sum <= bytes
    }.map(\.element)
  }
}
