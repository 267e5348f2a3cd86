import CLinux
import Glibc

extension AgentMemory {
  /// Unmaps the pages of this program's code; what is used again comes back from the page cache by itself. Starting
  /// looks at nearly all of the program (type metadata, protocol conformances), staying connected at little of it. Called
  /// once after the start and at each ping while no step is held.
  ///
  /// Only executable mappings of the program file are let go: they are never written to, so nothing can be lost.
  static func letGoOfCode() {
    guard let bytes = try? SmallFile.read("/proc/self/maps") else { return }
    let program = programPath
    for line in bytes.split(separator: 0x0a) {
      let text = String(decoding: line, as: UTF8.self)
      guard text.hasSuffix(program), text.contains(" r-xp ") else { continue }
      let ends = text.prefix { $0 != " " }.split(separator: "-")
      guard ends.count == 2, let start = UInt(ends[0], radix: 16),
        let end = UInt(ends[1], radix: 16)
      else { continue }
      madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_DONTNEED)
    }
  }

  /// The path of the running program.
  static var programPath: String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { raw in
      readlink("/proc/self/exe", raw.baseAddress!.assumingMemoryBound(to: CChar.self), raw.count)
    }
    return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
  }
}
