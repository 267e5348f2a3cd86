public import Model
import Spool
public import Store

/// The text of a log from a position to its end at the time of reading: what the steps printed, byte
/// by byte, and the control plane's own lines. Flat in memory whatever the log's size.
public struct LogText: AsyncSequence, Sendable {
  public typealias Element = [UInt8]
  public typealias Failure = LogError

  let reader: LogReader
  let execution: ExecutionID
  let start: Int64
  let selecting: LogSelection

  public func makeAsyncIterator() -> Iterator { Iterator(text: self, position: start) }

  /// One chunk of the log after the other, as text.
  public struct Iterator: AsyncIteratorProtocol, Sendable {
    private let text: LogText
    private var chunks: ArraySlice<LogChunk> = []

    /// Where the next element begins.
    public private(set) var position: Int64

    fileprivate init(text: LogText, position: Int64) {
      self.text = text
      self.position = position
    }

    /// The next part of the text, or nil at the log's end.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(LogError) -> [UInt8]? {
      while true {
        if chunks.isEmpty {
          chunks = try await text.reader.chunks(
            of: text.execution, from: position, selecting: text.selecting)[...]
        }
        guard let chunk = chunks.first else { return nil }
        let bytes = try text.reader.filters.isEmpty ? plainText(of: chunk) : shownText(of: chunk)
        if position >= chunk.end { chunks.removeFirst() }
        if !bytes.isEmpty { return bytes }
      }
    }
  }
}

extension LogText.Iterator {
  private mutating func plainText(of chunk: LogChunk) throws(LogError) -> [UInt8] {
    defer { position = chunk.end }
    return try chunk.plainText(from: position)
  }

  /// As much of the chunk as one page holds, as the reader's filters show it.
  private mutating func shownText(of chunk: LogChunk) throws(LogError) -> [UInt8] {
    var builder = LogPageBuilder(from: position, limit: LogLimit())
    try builder.take(chunk)
    position = builder.position
    return text.reader.filters.applied(to: builder.entries).plainText
  }
}

extension LogReader {
  /// The text from `position` on.
  public func text(
    of execution: ExecutionID, from position: Int64 = 0, selecting: LogSelection = .all
  ) -> LogText {
    LogText(reader: self, execution: execution, start: max(position, 0), selecting: selecting)
  }
}

extension LogChunk {
  /// What its frames print, from a position of the log on. A last line without a newline gets one,
  /// unless it goes on in the next frame.
  func plainText(from start: Int64) throws(LogError) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(data.count)
    do throws(SpoolError) {
      var reader = FrameReader(data)
      while let frame = try reader.next() {
        let end = position + Int64(reader.consumed)
        guard end > start else { continue }
        if let remark = frame.remark { text += remark + [UInt8(ascii: "\n")] }
        guard frame.kind.isOutput, !frame.payload.isEmpty else { continue }
        let reached = max(start - (end - Int64(frame.payload.count)), 0)
        text.append(contentsOf: frame.payload.dropFirst(Int(reached)))
        let goesOn = frame.isStepOutput && frame.flags.contains(.continues)
        if frame.payload.last != UInt8(ascii: "\n") && !goesOn { text.append(UInt8(ascii: "\n")) }
      }
    } catch {
      throw .corrupt(position: position, cause: error)
    }
    return text
  }
}
