import Glibc

/// Bytes to the file, whole frames or nothing.
extension SpoolAppender {
  enum Written { case done, full, broken }

  /// Writes a whole frame or, in the end, nothing of it.
  func write(_ bytes: UnsafeRawBufferPointer, canWait: Bool) -> Written {
    var rest = bytes
    var start = size
    while !rest.isEmpty {
      let count = Glibc.write(file, rest.baseAddress, rest.count)
      if count >= 0 {
        size += Int64(count)
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        partial = rest.isEmpty ? nil : start
        continue
      }
      switch errno {
      case EINTR, EAGAIN: continue
      case ENOSPC, EDQUOT, EIO, ENOMEM, EFBIG:
        guard canWait, !hasGivenUp, case .goOn = whileFull() else {
          undo()
          return .full
        }
        // A frame of our own may have gone before this one meanwhile.
        if partial == nil {
          rest = bytes
          start = size
        }
      default: return .broken
      }
    }
    reserved = max(reserved, wholeBlocks)
    return .done
  }

  /// Takes back what was written of a frame that is not whole.
  func undo() {
    guard let start = partial else { return }
    partial = nil
    if ftruncate(file, off_t(start)) == 0 {
      size = start
      reserved = wholeBlocks
    }
  }
}
