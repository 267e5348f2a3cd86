import Glibc
import Model

/// Writes entries in Rundeck's log format. Pure.
enum RundeckLogWriter {
  /// One entry.
  static func append(_ entry: RundeckLogEntry, to output: inout [UInt8]) {
    output += prefix(
      time: entry.time, type: entry.type, level: entry.level, metadata: entry.metadata)
    entry.message.withUnsafeBytes { escape($0, into: &output) }
    output += end
  }

  /// Each line of `payload` as an entry behind `prefix`. What follows the last newline, if anything, is one too.
  static func appendLines(
    of payload: ArraySlice<UInt8>, prefix: [UInt8], to output: inout [UInt8]
  ) {
    payload.withUnsafeBytes { bytes in
      let isPlain = !holdsSpecial(bytes)
      var rest = bytes[...]
      while !rest.isEmpty {
        let line = UnsafeRawBufferPointer(rebasing: rest)
        let length = index(of: RundeckLog.newline, in: line) ?? line.count
        let message = UnsafeRawBufferPointer(rebasing: line[..<length])
        output.append(contentsOf: prefix)
        if isPlain {
          output.append(contentsOf: message)
        } else {
          escape(message, into: &output)
        }
        output.append(contentsOf: end)
        rest = rest[(rest.startIndex + min(length + 1, line.count))...]
      }
    }
  }

  /// What stands before an entry's message.
  static func prefix(
    time: Instant, type: String = "log", level: String = "NORMAL", metadata: [String: String]
  ) -> [UInt8] {
    var output: [UInt8] = [RundeckLog.delimiter]
    output += timeText(time).utf8
    output.append(bar)
    if type != "log" { output += type.utf8.filter { $0 != bar && $0 >= 0x20 } }
    output.append(bar)
    if level != "NORMAL" { output += level.utf8.filter { $0 != bar && $0 >= 0x20 } }
    output.append(bar)
    if !metadata.isEmpty { appendMetadata(metadata, to: &output) }
    output.append(bar)
    return output
  }

  /// A line break would end the entry's first line, in which all keys and values are: it becomes a space.
  private static func appendMetadata(_ metadata: [String: String], to output: inout [UInt8]) {
    var separator = UInt8(ascii: "{")
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      output.append(separator)
      appendWord(key, to: &output)
      output.append(UInt8(ascii: "="))
      appendWord(value, to: &output)
      separator = bar
    }
    output.append(UInt8(ascii: "}"))
  }

  private static func appendWord(_ word: String, to output: inout [UInt8]) {
    for byte in word.utf8 {
      switch byte {
      case UInt8(ascii: "="), bar, UInt8(ascii: "}"), RundeckLog.backslash:
        output.append(RundeckLog.backslash)
        output.append(byte)
      case RundeckLog.newline, UInt8(ascii: "\r"): output.append(UInt8(ascii: " "))
      default: output.append(byte)
      }
    }
  }

  private static func escape(_ message: UnsafeRawBufferPointer, into output: inout [UInt8]) {
    for byte in message {
      if byte == RundeckLog.delimiter || byte == RundeckLog.backslash {
        output.append(RundeckLog.backslash)
      }
      output.append(byte)
    }
  }

  private static func holdsSpecial(_ bytes: UnsafeRawBufferPointer) -> Bool {
    index(of: RundeckLog.delimiter, in: bytes) != nil
      || index(of: RundeckLog.backslash, in: bytes) != nil
  }

  static func index(of byte: UInt8, in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let start = bytes.baseAddress, let found = memchr(start, Int32(byte), bytes.count) else {
      return nil
    }
    return UnsafeRawPointer(found) - start
  }

  private static let bar = UInt8(ascii: "|")
  private static let end: [UInt8] = [RundeckLog.delimiter, RundeckLog.newline]

  /// `2026-07-30T12:34:56Z`; years outside 0…9999 are brought into that range.
  static func timeText(_ time: Instant) -> String {
    let day: Int64 = 86_400
    let seconds = min(
      max(time.microseconds.flooredQuotient(by: 1_000_000), -62_167_219_200), 253_402_300_799)
    let date = CivilDate(daysSince1970: seconds.flooredQuotient(by: day))
    let second = seconds - seconds.flooredQuotient(by: day) * day
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let year = String(repeating: "0", count: 4 - "\(date.year)".count) + "\(date.year)"
    return "\(year)-\(two(date.month))-\(two(date.day))"
      + "T\(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
  }
}
