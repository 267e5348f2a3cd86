import CJQ
import JSONPrograms

/// The values of a text of JSON, one after the other, as libjq reads them.
struct JSONInput: ~Copyable {
  private let parser: OpaquePointer

  /// - Parameter bytes: must stay where they are until the last value was read.
  init(_ bytes: UnsafeBufferPointer<CChar>) throws(JSONProgramProblem) {
    guard let parser = jv_parser_new(0) else { throw .stopped("there is no memory for it") }
    self.parser = parser
    jv_parser_set_buf(parser, bytes.baseAddress, Int32(bytes.count), 0)
  }

  deinit { jv_parser_free(parser) }

  /// The next value, which is the caller's; nil at the end.
  borrowing func next() throws(JSONProgramProblem) -> jv? {
    let value = jv_parser_next(parser)
    if qd_jv_is_value(value) != 0 { return value }
    if let reason = JQProgram.message(of: value) { throw .input(reason) }
    return nil
  }
}
