import CLinux
import Glibc
import Spool

/// Writes frames to the end of the spool, whole and in order, or not at all yet.
///
/// `write` is enough for what is promised: a page that the kernel took survives the death of every process
/// here. Nothing is flushed to the disk. When the host itself dies, frames that were not shipped may be gone; the
/// next start finds another boot id and reports the step as lost with the host, never as a success, so a missing
/// tail is never mistaken for a complete log.
struct SpoolAppender {
  let file: Int32
  /// Called while the spool's disk is full: looks after signals and timers and returns after a while.
  /// The step waits meanwhile, because nobody reads its pipes.
  let whileFull: () -> Void

  /// Writes `bytes`, however long the disk is full. Returns false when the file cannot be written at all.
  func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = write(file, rest.baseAddress, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        continue
      }
      switch errno {
      case EINTR, EAGAIN: continue
      case ENOSPC, EDQUOT, EIO, ENOMEM, EFBIG: whileFull()
      default: return false
      }
    }
    return true
  }

  @discardableResult
  func append(_ frame: Frame) -> Bool {
    frame.bytes.withUnsafeBytes { append($0) }
  }
}
