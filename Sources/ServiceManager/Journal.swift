import CSystemd
public import Glibc

/// The system's journal (sd_journal_sendv(3)).
public enum Journal {
  /// What became of an entry.
  public enum Outcome: Sendable, Hashable {
    /// The journal took it.
    case sent
    /// This system has no journal; the entry went nowhere.
    case noJournal
    /// The journal did not take it; the value is the `errno`.
    case failed(errno: Int32)
  }

  /// Where the journal listens.
  public static let socketPath = "/run/systemd/journal/socket"

  /// Adds one entry with these fields. Does not wait for the journal to store it.
  @discardableResult
  public static func send(_ fields: [JournalField]) -> Outcome {
    // libsystemd drops an entry without a word when there is no socket.
    guard access(socketPath, F_OK) == 0 else { return .noJournal }
    let entry = JournalEntry(fields)
    let result = entry.withFields { fields in
      // libsystemd only reads what the vectors point at.
      let vectors = fields.map {
        iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
      }
      return sd_journal_sendv(vectors, Int32(vectors.count))
    }
    return result == 0 ? .sent : .failed(errno: -result)
  }

  /// Whether `descriptor` (standard error) is the stream that the service manager connected to the
  /// journal: `JOURNAL_STREAM` names its device and inode (systemd.exec(5)).
  public static func isConnected(
    stream: String? = getenv("JOURNAL_STREAM").map { String(cString: $0) },
    descriptor: Int32 = STDERR_FILENO
  ) -> Bool {
    guard let parts = stream?.split(separator: ":"), parts.count == 2,
      let device = UInt64(parts[0]), let inode = UInt64(parts[1])
    else { return false }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return false }
    return UInt64(status.st_dev) == device && UInt64(status.st_ino) == inode
  }
}
