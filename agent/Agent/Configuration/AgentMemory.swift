import CLinux

/// How the allocator behaves in a process that mostly waits.
public enum AgentMemory {
  /// Few arenas, and large blocks go back to the system as soon as they are free: a burst of output leaves nothing behind.
  public static func keepSmall() {
    mallopt(M_ARENA_MAX, 2)
    mallopt(M_MMAP_THRESHOLD, 256 << 10)
    mallopt(M_TRIM_THRESHOLD, 256 << 10)
  }
}
