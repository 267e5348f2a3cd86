/// Takes the payloads of frames from the entries of a part of an object.
struct ObjectLines {
  private let content: ArraySlice<UInt8>
  private let base: Int64
  private var position = 0

  init(_ content: ArraySlice<UInt8>, base: Int64) {
    self.content = content
    self.base = base
  }

  /// Appends a payload of `length` bytes: the next messages, each with a newline, but for the last one's when there is
  /// no room for it.
  mutating func appendPayload(of length: Int, to data: inout [UInt8]) throws(LogStorageError) {
    let end = data.count + length
    while data.count < end {
      guard try appendMessage(to: &data) else { continue }
      guard data.count <= end else { throw damaged }
      if data.count < end { data.append(RundeckLog.newline) }
    }
  }

  /// False for an entry that is a mark of Rundeck's own.
  private mutating func appendMessage(to data: inout [UInt8]) throws(LogStorageError) -> Bool {
    let start = position
    let found = content.withUnsafeBytes { bytes in Self.entry(bytes, from: start) }
    guard let found else { throw damaged }
    position = found.end
    guard found.isPlain else {
      let entry: RundeckLogEntry
      do {
        entry = try RundeckLogReader.entry(
          content.dropFirst(start).prefix(found.end - start), at: base + Int64(start))
      } catch {
        throw damaged
      }
      guard entry.isOutput else { return false }
      data += entry.message
      return true
    }
    content.withUnsafeBytes { bytes in
      data.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[found.message]))
    }
    return true
  }

  /// An entry of one line without any backslash and of the type `log` is found without looking at it byte by byte.
  private static func entry(
    _ bytes: UnsafeRawBufferPointer, from start: Int
  ) -> (end: Int, message: Range<Int>, isPlain: Bool)? {
    guard start < bytes.count, let (end, first) = RundeckLogReader.entryEnd(bytes, start: start)
    else { return nil }
    let whole = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    let isPlain =
      first && RundeckLogWriter.index(of: RundeckLog.backslash, in: whole) == nil
      && end - start >= 2 && bytes[end - 2] == RundeckLog.delimiter
    guard isPlain, let message = messageStart(bytes, from: start, to: end) else {
      return (end, start..<end, false)
    }
    return (end, message..<end - 2, true)
  }

  /// Where the message of `^TIME||LEVEL|{…}|MESSAGE^` begins; nil when the entry has another form.
  private static func messageStart(
    _ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int
  ) -> Int? {
    func next(_ byte: UInt8, _ from: Int) -> Int? {
      RundeckLogWriter.index(of: byte, in: UnsafeRawBufferPointer(rebasing: bytes[from..<end]))
        .map { from + $0 + 1 }
    }
    let bar = UInt8(ascii: "|")
    guard let type = next(bar, start), type < end, bytes[type] == bar,
      let metadata = next(bar, type + 1), metadata < end, bytes[metadata] == UInt8(ascii: "{"),
      let behind = next(UInt8(ascii: "}"), metadata), behind < end, bytes[behind] == bar
    else { return nil }
    return behind + 1
  }

  private var damaged: LogStorageError {
    LogStorageError(.damaged, "the entries at \(base + Int64(position)) are not those of the index")
  }
}
