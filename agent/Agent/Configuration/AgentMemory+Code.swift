import CLinux
import Glibc

extension AgentMemory {
  /// Gives back what only work needed: free memory of the allocator, and the pages of this program's code. Called once
  /// when the agent is connected, and at the first ping that finds it idle after its start and after each time it worked.
  ///
  /// Starting and running steps looks at nearly all of the program (type metadata, protocol conformances), staying connected at
  /// little of it. Code that is used again comes back from the page cache by itself, with one fault for 64 KiB; what is
  /// not is no longer this process's and goes first when the host needs memory. So an idle agent's Pss is what an
  /// idle agent uses, and it is not done over and over: that would only hold the figure down against pages in use.
  static func settle() {
    letGoOfCode()
    malloc_trim(0)
  }

  /// Only executable mappings of the program file are let go: they are never written to, so nothing can be lost.
  private static func letGoOfCode() {
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
