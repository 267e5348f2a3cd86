/// How a `SQLiteDatabase` trades durability, memory and speed.
public struct SQLiteConfiguration: Sendable, Hashable {
  /// When a commit is on the disk. Source: sqlite.org/pragma.html#pragma_synchronous.
  public enum Durability: String, Sendable, Hashable {
    /// A crash of the process loses nothing; a power failure may lose the last commits, never the
    /// database.
    case normal = "NORMAL"
    /// A power failure loses nothing either; each commit waits for the disk.
    case full = "FULL"
  }

  /// When a commit is on the disk.
  public var durability: Durability
  /// How many readers may work at once.
  public var readers: Int
  /// How much of the database each connection keeps in memory, in KiB.
  public var cacheKibibytes: Int
  /// How long a statement waits for another process's lock before it fails with `conflict`.
  public var busyTimeout: Duration

  /// The defaults keep an idle member small.
  public init(
    durability: Durability = .normal, readers: Int = 3, cacheKibibytes: Int = 1024,
    busyTimeout: Duration = .seconds(5)
  ) {
    precondition(readers > 0 && cacheKibibytes > 0)
    self.durability = durability
    self.readers = readers
    self.cacheKibibytes = cacheKibibytes
    self.busyTimeout = busyTimeout
  }
}
