import CPCRE2

/// An expression as PCRE2 keeps it.
// @unchecked: PCRE2's compiled code is not changed after it was made, and may be used by many threads at
// once (pcre2api, "Multithreading"); what a match writes is made for that match.
final class CompiledPattern: @unchecked Sendable {
  /// What came of a match.
  enum Answer {
    case matched
    case different
    /// It was given up at its deadline, or at the bounds of its memory.
    case stopped
  }

  private let code: OpaquePointer

  /// - Parameters:
  ///   - text: UTF-8 in PCRE2's syntax.
  ///   - deepest: how deep groups may stand in each other.
  ///   - unicodeClasses: whether `\w` and its like mean more than ASCII.
  init(_ text: [UInt8], deepest: Int, unicodeClasses: Bool) throws(CompileFailure) {
    guard let context = pcre2_compile_context_create_8(nil) else {
      throw CompileFailure(reason: "there is no memory for it")
    }
    defer { pcre2_compile_context_free_8(context) }
    pcre2_set_parens_nest_limit_8(context, UInt32(deepest))
    pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_ANY))
    // A call at every item lets a match be stopped at its deadline. No JIT: it would need memory that is
    // writable and executable, which the service's unit forbids.
    let options =
      PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_AUTO_CALLOUT
      | PCRE2_NEVER_BACKSLASH_C | (unicodeClasses ? PCRE2_UCP : 0)
    var failure: Int32 = 0
    var offset = 0
    guard let code = pcre2_compile_8(text, text.count, options, &failure, &offset, context) else {
      throw CompileFailure(number: failure)
    }
    self.code = code
  }

  deinit { pcre2_code_free_8(code) }

  /// Whether all of the value matches. Blocks until then, or until the thread's time is the deadline.
  func match(_ value: String, until deadline: Duration) -> Answer {
    var value = value
    return value.withUTF8 { bytes in
      guard let data = pcre2_match_data_create_8(1, nil),
        let context = pcre2_match_context_create_8(nil)
      else { return .stopped }
      defer {
        pcre2_match_context_free_8(context)
        pcre2_match_data_free_8(data)
      }
      var watch = MatchWatch(deadline: deadline, length: bytes.count)
      return withUnsafeMutablePointer(to: &watch) { watch in
        MatchWatch.limit(context, by: watch)
        let result = pcre2_match_8(
          code, bytes.baseAddress, bytes.count, 0, UInt32(PCRE2_NO_UTF_CHECK), data, context)
        if result >= 0 { return .matched }
        return result == PCRE2_ERROR_NOMATCH ? .different : .stopped
      }
    }
  }
}

/// Why PCRE2 does not take an expression.
struct CompileFailure: Error {
  let reason: String

  init(reason: String) { self.reason = reason }

  /// In PCRE2's words.
  init(number: Int32) {
    var text = [UInt8](repeating: 0, count: 256)
    let length = pcre2_get_error_message_8(number, &text, text.count)
    reason = String(decoding: text.prefix(max(0, Int(length))), as: UTF8.self)
  }
}
