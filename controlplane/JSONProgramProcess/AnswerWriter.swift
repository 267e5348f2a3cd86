import Glibc
import JSONPrograms

/// Writes an answer to the standard output, in pieces, and keeps it within its bounds.
struct AnswerWriter {
  private var pending: [UInt8] = []
  private var results = 0
  private var bytes = 0

  /// - Throws: `stopped` for a result too many, or too long.
  mutating func put(_ result: String) throws(JSONProgramProblem) {
    results += 1
    bytes += result.utf8.count
    guard results <= JSONProgramBounds.mostResults else {
      throw .stopped("the filter gives more than \(JSONProgramBounds.mostResults) results")
    }
    guard bytes <= JSONProgramBounds.mostOutput else {
      throw .stopped("the filter gives more than \(JSONProgramBounds.mostOutput >> 20) MiB")
    }
    pending.append(JSONProgramAnswer.result)
    pending += result.utf8
    pending.append(UInt8(ascii: "\n"))
    if pending.count >= 64 << 10 { flush() }
  }

  mutating func end() {
    pending.append(JSONProgramAnswer.end)
    flush()
  }

  mutating func end(_ problem: JSONProgramProblem) {
    pending += JSONProgramAnswer.bytes(of: problem)
    flush()
  }

  /// When nobody reads any more there is nothing left to do.
  private mutating func flush() {
    pending.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = write(1, bytes.baseAddress! + done, bytes.count - done)
        guard count > 0 || errno == EINTR else { _exit(EX_IOERR) }
        done += max(count, 0)
      }
    }
    pending.removeAll(keepingCapacity: true)
  }
}
