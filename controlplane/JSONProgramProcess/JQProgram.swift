import CJQ
import JSONPrograms

/// A program in jq's language, compiled by libjq.
///
/// All of `jv` is libjq's: its functions consume their arguments and give away their results.
struct JQProgram: ~Copyable {
  private let state: OpaquePointer

  /// What stands in front of every program. `import`, `include` and `module` must come first in jq's grammar, so behind
  /// this they are mistakes; `modulemeta` is the other one that looks for files.
  private static let preface =
    #"def _: .; def modulemeta: error("modulemeta is not available"); "#

  /// - Parameters:
  ///   - text: UTF-8 without U+0000.
  ///   - outOfMemory: does not return.
  init(
    _ text: [UInt8], outOfMemory: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void
  ) throws(JSONProgramProblem) {
    guard let state = jq_init() else { throw .stopped("there is no memory for it") }
    jq_set_nomem_handler(state, outOfMemory, nil)
    let messages = Messages()
    let isCompiled = withExtendedLifetime(messages) {
      jq_set_error_cb(
        state,
        { messages, message in
          guard let messages else { return jv_free(message) }
          Unmanaged<Messages>.fromOpaque(messages).takeUnretainedValue().add(message)
        }, Unmanaged.passUnretained(messages).toOpaque())
      return jq_compile(state, Self.preface + String(decoding: text, as: UTF8.self)) != 0
    }
    jq_set_error_cb(state, nil, nil)
    guard isCompiled else {
      throw .program(Self.tidied(messages.texts))
    }
    self.state = state
  }

  deinit {
    var state: OpaquePointer? = state
    jq_teardown(&state)
  }

  /// Gives each result for one value, as JSON, to `take` until that says no.
  borrowing func run(
    over value: jv, _ take: (String) throws(JSONProgramProblem) -> Void
  ) throws(JSONProgramProblem) {
    jq_start(state, value, 0)
    while true {
      let result = jq_next(state)
      guard qd_jv_is_value(result) != 0 else {
        if let reason = Self.message(of: result) { throw .failed(reason) }
        return
      }
      try take(Self.text(of: jv_dump_string(result, 0)))
    }
  }

  /// What an invalid value says; nil when it only says that there are no more.
  static func message(of invalid: jv) -> String? {
    guard jv_invalid_has_msg(jv_copy(invalid)) != 0 else {
      jv_free(invalid)
      return nil
    }
    let message = jv_invalid_get_msg(invalid)
    return text(of: jv_get_kind(message) == JV_KIND_STRING ? message : jv_dump_string(message, 0))
  }

  private static func text(of string: jv) -> String {
    defer { jv_free(string) }
    let count = Int(jv_string_length_bytes(jv_copy(string)))
    return jv_string_value(string).withMemoryRebound(to: UInt8.self, capacity: count) {
      String(decoding: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
    }
  }

  /// jq's messages without what it says to those who use it in a shell, and without our preface.
  private static func tidied(_ messages: [String]) -> String {
    let lines = messages.flatMap { $0.split(separator: "\n") }.map(String.init)
    let told = lines.filter { !$0.hasSuffix("compile error") && !$0.hasSuffix("compile errors") }
    return told.map { removing("(Unix shell quoting issues?) ", removing(preface, $0)) }
      .map { $0.split(separator: " ").joined(separator: " ") }.filter { !$0.isEmpty }
      .joined(separator: " ")
  }

  private static func removing(_ part: String, _ text: String) -> String {
    let (part, bytes) = (Array(part.utf8), Array(text.utf8))
    guard bytes.count >= part.count else { return text }
    for start in 0...(bytes.count - part.count)
    where bytes[start..<(start + part.count)].elementsEqual(part) {
      return String(
        decoding: bytes[..<start] + bytes[(start + part.count)...], as: UTF8.self)
    }
    return text
  }

  /// What the compiler complained about.
  private final class Messages {
    var texts: [String] = []

    func add(_ message: jv) { texts.append(JQProgram.text(of: jq_format_error(message))) }
  }
}
