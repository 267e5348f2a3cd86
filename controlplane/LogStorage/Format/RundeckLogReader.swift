import Model

/// Reads entries out of a file in Rundeck's log format, which may arrive in pieces of any size. Pure, and flat in memory.
struct RundeckLogReader: Sendable {
  /// The longest entry in bytes.
  static let longestEntry = 64 << 20

  /// An entry and the bytes of the file that it takes, its newline included.
  struct Item: Sendable, Hashable {
    var entry: RundeckLogEntry
    var range: Range<Int64>
  }

  private var buffer: [UInt8] = []
  /// Where the next entry begins in `buffer`.
  private var start = 0
  /// Up to where `buffer` was searched for the end of that entry.
  private var searched = 0
  /// The position of the buffer's first byte in the file.
  private var base: Int64
  private var isHeadRead: Bool
  /// Whether the file's last line was read.
  private(set) var isAtEnd = false

  /// For a whole file.
  init() {
    base = 0
    isHeadRead = false
  }

  /// For a part of a file that begins with an entry, at this byte of the file.
  init(entriesFrom offset: Int64) {
    base = offset
    isHeadRead = true
  }

  /// Takes the next bytes of the file.
  mutating func feed(_ bytes: some Collection<UInt8>) {
    if start > 0 {
      buffer.removeFirst(start)
      base += Int64(start)
      searched -= start
      start = 0
    }
    buffer += bytes
  }

  /// The next entry, or nil when no whole one is left.
  mutating func next() throws(RundeckLogError) -> Item? {
    if !isHeadRead {
      guard try readHead() else { return nil }
    }
    while !isAtEnd, let end = try entryEnd() {
      let bytes = buffer[start..<end]
      let range = base + Int64(start)..<base + Int64(end)
      start = end
      searched = end
      if bytes.elementsEqual(RundeckLog.tail) {
        isAtEnd = true
      } else if bytes.count > 1 {
        return Item(entry: try Self.entry(bytes, at: range.lowerBound), range: range)
      }
    }
    return nil
  }

  private mutating func readHead() throws(RundeckLogError) -> Bool {
    let head = RundeckLog.head
    guard buffer.count >= head.count else {
      if !head.starts(with: buffer) { throw .notARundeckLog }
      return false
    }
    guard buffer.starts(with: head) else { throw .notARundeckLog }
    start = head.count
    searched = start
    isHeadRead = true
    return true
  }

  private mutating func entryEnd() throws(RundeckLogError) -> Int? {
    let (start, from) = (start, max(searched, start))
    let found = buffer.withUnsafeBytes { Self.entryEnd($0, start: start, searchedTo: from)?.end }
    guard found == nil else { return found }
    searched = buffer.count
    guard buffer.count - start <= Self.longestEntry else {
      throw .entryTooLong(offset: base + Int64(start), limit: Self.longestEntry)
    }
    return nil
  }

  /// The position after the newline that ends the entry at `start`, and whether that is the first newline from
  /// `searchedTo` (or `start`) on: the first one behind a `^` that no backslash keeps from ending the message, and that
  /// is not the entry's first byte.
  static func entryEnd(
    _ bytes: UnsafeRawBufferPointer, start: Int, searchedTo: Int? = nil
  ) -> (end: Int, isFirst: Bool)? {
    var position = searchedTo ?? start
    var isFirst = true
    while let next = RundeckLogWriter.index(
      of: RundeckLog.newline, in: UnsafeRawBufferPointer(rebasing: bytes[position...]))
    {
      position += next
      if endsEntry(bytes, start: start, newline: position) { return (position + 1, isFirst) }
      position += 1
      isFirst = false
    }
    return nil
  }

  private static func endsEntry(
    _ bytes: UnsafeRawBufferPointer, start: Int, newline: Int
  ) -> Bool {
    // An empty line between entries stands for nothing.
    if newline == start { return true }
    var last = newline - 1
    // Rundeck on other systems, and editors, end lines with CR LF.
    if bytes[last] == UInt8(ascii: "\r") && last > start { last -= 1 }
    guard bytes[last] == RundeckLog.delimiter, last > start else { return false }
    var backslashes = 0
    while last - 1 - backslashes > start, bytes[last - 1 - backslashes] == RundeckLog.backslash {
      backslashes += 1
    }
    return backslashes.isMultiple(of: 2)
  }
}
