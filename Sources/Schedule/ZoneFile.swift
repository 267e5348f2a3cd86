/// The bytes of a compiled time zone, RFC 8536's TZif from version 2 on.
struct ZoneFile {
  /// The offset before the first change, and the changes of the file's table.
  private(set) var first: Int64 = 0
  private(set) var changes: [(start: Int64, offset: Int64)] = []
  /// The rule for the time after the table; nil when the last offset stays.
  private(set) var footer: PosixZone?

  /// Changes before this are of no schedule: the second before 1970 in every zone.
  private static let cutoff: Int64 = -2 * 86_400
  /// And after this: the second day of 2200.
  private static let end =
    Int64(
      LocalDate(year: CronField.year.values.upperBound + 1, month: 1, day: 3).number) * 86_400
  /// RFC 8536 wants offsets to be less than 25 hours (east) and 26 hours (west).
  private static let largestOffset: Int64 = 26 * 3_600

  /// Nil for bytes that are no such file, and for one that counts leap seconds (`right/…`).
  init?(_ bytes: [UInt8]) {
    guard let old = Header(bytes, at: 0), old.version >= 0x32,
      let header = Header(bytes, at: old.end(timeSize: 4)), header.leaps == 0, header.types > 0,
      header.end(timeSize: 8) <= bytes.count, readTable(bytes, header)
    else { return nil }
    let text = bytes[header.end(timeSize: 8)...]
    guard text.first == 0x0A, text.count >= 2, text.last == 0x0A else { return nil }
    let rule = String(decoding: text.dropFirst().dropLast(), as: UTF8.self)
    if rule.isEmpty { return }
    footer = PosixZone(rule)
    if footer == nil { return nil }
  }

  private mutating func readTable(_ bytes: [UInt8], _ header: Header) -> Bool {
    let times = header.start
    let indices = times + header.times * 8
    let types = indices + header.times
    var offsets: [Int64] = []
    for type in 0..<header.types {
      offsets.append(Int64(Int32(truncatingIfNeeded: bigEndian(bytes, types + type * 6, 4))))
    }
    first = offsets[0]
    for index in 0..<header.times {
      let start = bigEndian(bytes, times + index * 8, 8)
      guard bytes[indices + index] < header.types else { return false }
      let offset = offsets[Int(bytes[indices + index])]
      if start < Self.cutoff { first = offset } else { changes.append((start, offset)) }
    }
    guard offsets.allSatisfy({ abs($0) <= Self.largestOffset }) else { return false }
    return zip(changes, changes.dropFirst()).allSatisfy { $0.start < $1.start }
  }

  /// The table with the footer's years written out up to the end of the last year of schedules.
  func table() -> ZoneTable {
    var all = changes
    let last = changes.last?.start ?? Self.cutoff
    if let footer, last < Self.end {
      let year = LocalDate(number: Int(max(0, last) / 86_400)).year
      for year in year...(CronField.year.values.upperBound + 1) {
        all += footer.changes(in: year).filter { $0.start > last }
      }
    }
    return ZoneTable(first: first, changes: all)
  }
}

/// The counts at the head of each of the file's two blocks.
private struct Header {
  let version: UInt8
  let times: Int
  let types: Int
  let leaps: Int
  /// Where the block's data begin.
  let start: Int
  private let characters: Int
  private let utcFlags: Int
  private let standardFlags: Int

  init?(_ bytes: [UInt8], at place: Int) {
    guard bytes.count >= place + 44, bytes[place..<(place + 4)].elementsEqual("TZif".utf8) else {
      return nil
    }
    version = bytes[place + 4]
    let counts = (0..<6).map { Int(bigEndian(bytes, place + 20 + $0 * 4, 4)) }
    guard counts.allSatisfy({ (0...1_000_000).contains($0) }) else { return nil }
    (utcFlags, standardFlags, leaps) = (counts[0], counts[1], counts[2])
    (times, types, characters) = (counts[3], counts[4], counts[5])
    start = place + 44
  }

  func end(timeSize: Int) -> Int {
    start + times * (timeSize + 1) + types * 6 + characters + leaps * (timeSize + 4) + standardFlags
      + utcFlags
  }
}

/// A number of 4 bytes (not negative) or 8 bytes.
private func bigEndian(_ bytes: [UInt8], _ place: Int, _ size: Int) -> Int64 {
  var value: UInt64 = 0
  for byte in bytes[place..<(place + size)] { value = value << 8 | UInt64(byte) }
  return Int64(bitPattern: value)
}
