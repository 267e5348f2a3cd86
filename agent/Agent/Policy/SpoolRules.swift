/// How much of the disk spools may take, and what happens when they may not take more.
public struct SpoolRules: Sendable, Hashable {
  /// What becomes of output that finds no room.
  public enum Full: String, Sendable, Hashable, CaseIterable {
    /// The step waits in its `write`.
    case block
    /// The output is dropped, with a mark that says how much.
    case truncate
  }

  /// Bytes of one step's spool on the disk; nil: as many as there are.
  public var limit: UInt64?
  /// Bytes of all spools on the disk; nil: as many as there are.
  public var total: UInt64?
  /// Bytes that stay free on the disk.
  public var reserve: UInt64 = 0
  /// Whether a disk so small that the reserve is more than a tenth of it keeps only that tenth free.
  public var isReserveScaled = false
  public var full = Full.block

  public init() {}

  /// What stays free where nothing is configured, on a disk that is large enough.
  public static let usualReserve: UInt64 = 64 << 20

  /// The rules for a disk of so many bytes.
  func fitted(to disk: UInt64) -> SpoolRules {
    var rules = self
    if isReserveScaled { rules.reserve = min(reserve, disk / 10) }
    rules.isReserveScaled = false
    return rules
  }
}

/// Whether and where steps get cgroups.
public enum CgroupChoice: Sendable, Hashable {
  /// Below the agent's own cgroup if it was delegated.
  case automatic
  case none
  /// In this directory.
  case directory(String)
}
