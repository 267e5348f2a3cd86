import CLinux

/// How much memory a daemon holds while it waits.
public enum ProcessMemory {
  /// For a process that mostly waits: few arenas, so that a burst of output leaves little behind. Blocks of a report's size
  /// are used again while the burst lasts; giving each back at once would cost a page fault for every 4 KiB of output.
  /// Called first of all.
  public static func keepSmall() {
    mallopt(M_ARENA_MAX, 2)
    mallopt(M_MMAP_THRESHOLD, 8 << 20)
    mallopt(M_TRIM_THRESHOLD, 8 << 20)
  }

  /// Gives back what only the start or a burst of work needed: free memory of the allocator, and the pages of this
  /// program's code.
  ///
  /// A start looks at nearly all of the program (type metadata, protocol conformances), waiting at little of it. Code
  /// that is used again comes back from the page cache by itself, with one fault for 64 KiB; what is not is no longer
  /// this process's and goes first when the host needs memory. Called when the start is over and when work ends, not
  /// over and over: that would only hold the figure down against pages in use.
  public static func settle() {
    malloc_trim(0)
    qd_let_go_of_code()
  }
}
