import CJQ
import Glibc
import JSONPrograms

/// What `quarterdeck-jq` does: it reads a `JSONProgramOrder`, bounds itself, and writes a `JSONProgramAnswer`.
public enum JSONProgramProcess {
  /// The exit status: 0 whenever there is an answer.
  public static func main() -> Int32 {
    guard let order = JSONProgramOrder(input()) else { return EX_USAGE }
    guard ProcessBounds.apply() else { return EX_OSERR }
    var answer = AnswerWriter()
    do throws(JSONProgramProblem) {
      try carryOut(order, &answer)
      answer.end()
    } catch {
      answer.end(error)
    }
    return 0
  }

  private static func carryOut(
    _ order: JSONProgramOrder, _ answer: inout AnswerWriter
  ) throws(JSONProgramProblem) {
    let program = try JQProgram(order.program) { _ in _exit(JSONProgramAnswer.outOfMemory) }
    guard let text = order.input else { return }
    try withContiguous(text) { bytes throws(JSONProgramProblem) in
      let input = try JSONInput(bytes)
      guard var value = try input.next() else { throw .input("it is empty") }
      while true {
        try program.run(over: value) { result throws(JSONProgramProblem) in try answer.put(result) }
        guard let next = try input.next() else { return }
        value = next
      }
    }
  }

  private static func withContiguous(
    _ bytes: [UInt8],
    _ body: (UnsafeBufferPointer<CChar>) throws(JSONProgramProblem) -> Void
  ) throws(JSONProgramProblem) {
    // Copied to where it stays: libjq's parser keeps the address.
    let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(bytes.count, 1))
    defer { copy.deallocate() }
    for (place, byte) in bytes.enumerated() { copy[place] = CChar(bitPattern: byte) }
    try body(UnsafeBufferPointer(rebasing: copy[..<bytes.count]))
  }

  /// All of the standard input, up to one byte more than an order may have.
  private static func input() -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count <= JSONProgramOrder.longest {
      let count = read(0, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      bytes += buffer.prefix(count)
    }
    return bytes
  }
}
