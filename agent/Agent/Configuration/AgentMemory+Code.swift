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
    malloc_trim(0)
    qd_let_go_of_code()
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
