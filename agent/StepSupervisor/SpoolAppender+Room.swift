import CLinux
import Glibc

/// Room on the disk and below the spool's limit.
extension SpoolAppender {
  /// Whether output may take so much now.
  func hasRoom(for count: Int64) -> Bool {
    let wanted = dropped > 0 && isTruncating ? count + resumeRoom : count
    if let limit, !isBelow(limit, wanted) { return false }
    return reserveRoom(for: wanted)
  }

  /// A small spool has no room for usual distances.
  private var resumeRoom: Int64 { min(Self.resumeRoom, (limit ?? .max) / 8) }

  private func isBelow(_ limit: Int64, _ wanted: Int64) -> Bool {
    let most = limit - min(Self.margin, limit / 4)
    if size - freed + wanted <= most { return true }
    let blocks = Int64(qd_blocks(file)) * 512
    if blocks >= 0 { freed = max(0, size - max(0, blocks - (reserved - size))) }
    return size - freed + wanted <= most
  }

  /// Makes sure that there are blocks for so much output and for our own frames behind it.
  func reserveRoom(for count: Int64) -> Bool {
    let wanted = size + count + Self.reserve
    guard canReserve, wanted > reserved else { return true }
    // Ahead of what is needed, so that much output needs few calls.
    let ahead = max(Self.leastAhead, min(1 << 20, size / 4))
    if take(wanted + ahead) == 0 { return true }
    let code = take(wanted)
    if code == ENOSPC || code == EDQUOT { return false }
    if code != 0 { canReserve = false }
    return true
  }

  private func take(_ end: Int64) -> Int32 {
    let code = qd_reserve(file, Int(reserved), Int(end - reserved))
    if code == 0 { reserved = end }
    return code
  }
}
