import CLinux
import Glibc

/// Reads the kernel's small files without what the standard library would need for it.
enum ProcessFiles {
  /// Calls `body` with each entry of a directory whose name is a number.
  static func eachNumber(in directory: String, _ body: (Int) -> Void) {
    guard let entries = opendir(directory) else { return }
    defer { closedir(entries) }
    while let entry = readdir(entries) {
      let value = withUnsafeBytes(of: &entry.pointee.d_name) { number($0) }
      if let value { body(value) }
    }
  }

  /// Calls `body` with the name of each directory in a directory, without `.` and `..`.
  static func eachDirectory(in directory: String, _ body: (String) -> Void) {
    guard let entries = opendir(directory) else { return }
    defer { closedir(entries) }
    while let entry = readdir(entries) {
      guard entry.pointee.d_type == UInt8(DT_DIR), entry.pointee.d_name.0 != 0x2e else { continue }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(cString: $0.baseAddress!.assumingMemoryBound(to: CChar.self))
      }
      body(name)
    }
  }

  /// Calls `body` with all bytes of a file, piece by piece.
  static func read(_ path: String, _ body: (UnsafeRawBufferPointer) -> Void) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { _ = close(file) }
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      while true {
        let count = Glibc.read(file, buffer.baseAddress, buffer.count)
        guard count > 0 else { return }
        body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
  }

  /// Adds the numbers in a file, separated by anything; zeros only when wanted.
  static func numbers(in path: String, into found: inout [pid_t], zeros: Bool = false) {
    var value: pid_t?
    read(path) { bytes in
      for byte in bytes {
        if byte >= 0x30, byte <= 0x39 {
          value = (value ?? 0) &* 10 &+ pid_t(byte - 0x30)
        } else if let number = value {
          if zeros || number > 0 { found.append(number) }
          value = nil
        }
      }
    }
    if let value, zeros || value > 0 { found.append(value) }
  }

  /// The number behind `key` at the beginning of a line, as in `oom_kill 3` or `Pss_Anon:  12 kB`.
  static func value(of key: String, in path: String) -> UInt64? {
    var all: [UInt8] = []
    read(path) { all.append(contentsOf: $0) }
    return value(of: key, in: all)
  }

  static func value(of key: String, in text: [UInt8]) -> UInt64? {
    let key = Array(key.utf8)
    for line in text.split(separator: 0x0a) where line.starts(with: key) {
      var value: UInt64?
      for byte in line.dropFirst(key.count) {
        if byte >= 0x30, byte <= 0x39 {
          value = (value ?? 0) &* 10 &+ UInt64(byte - 0x30)
        } else if value != nil || (byte != 0x20 && byte != 0x3a && byte != 0x09) {
          break
        }
      }
      if let value { return value }
    }
    return nil
  }

  /// Writes a text into a file that exists. 0, or an error number.
  static func write(_ text: String, to path: String) -> Int32 {
    let file = open(path, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return errno }
    defer { _ = close(file) }
    var text = text
    let count = text.withUTF8 { Glibc.write(file, $0.baseAddress, $0.count) }
    return count < 0 ? errno : 0
  }

  private static func number(_ name: UnsafeRawBufferPointer) -> Int? {
    var value: Int?
    for byte in name {
      if byte == 0 { break }
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      value = (value ?? 0) &* 10 &+ Int(byte - 0x30)
    }
    return value
  }
}
