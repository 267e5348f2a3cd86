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

  /// How many groups capture.
  let groups: Int

  /// - Parameters:
  ///   - text: UTF-8 in PCRE2's syntax.
  ///   - deepest: how deep groups may stand in each other.
  ///   - unicodeClasses: whether `\w` and its like mean more than ASCII.
  ///   - isWhole: whether only whole values match.
  ///   - dotMatchesAll: whether `.` stands for a line's end too.
  init(
    _ text: [UInt8], deepest: Int, unicodeClasses: Bool, isWhole: Bool = true,
    dotMatchesAll: Bool = false
  ) throws(CompileFailure) {
    guard let context = pcre2_compile_context_create_8(nil) else {
      throw CompileFailure(reason: "there is no memory for it")
    }
    defer { pcre2_compile_context_free_8(context) }
    pcre2_set_parens_nest_limit_8(context, UInt32(deepest))
    pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_ANY))
    // A call at every item lets a match be stopped at its deadline. No JIT: it would need memory that is
    // writable and executable, which the service's unit forbids.
    let options =
      PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_AUTO_CALLOUT | PCRE2_NEVER_BACKSLASH_C
      | (isWhole ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0) | (unicodeClasses ? PCRE2_UCP : 0)
      | (dotMatchesAll ? PCRE2_DOTALL : 0)
    var failure: Int32 = 0
    var offset = 0
    guard let code = pcre2_compile_8(text, text.count, options, &failure, &offset, context) else {
      throw CompileFailure(number: failure)
    }
    self.code = code
    var count: UInt32 = 0
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
    groups = Int(count)
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

extension CompiledPattern {
  /// What came of a search.
  enum Finding {
    /// Where the match and its groups are, in bytes; nil for a group that took no part.
    case found([Range<Int>?])
    case nothing
    /// It was given up at its deadline, or at the bounds of its memory.
    case stopped
  }

  /// The first match at or behind `start`. Blocks until then, or until the thread's time is the deadline.
  func find(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int, until deadline: Duration
  ) -> Finding {
    guard let data = pcre2_match_data_create_from_pattern_8(code, nil),
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
        code, bytes.baseAddress, bytes.count, start, UInt32(PCRE2_NO_UTF_CHECK), data, context)
      if result > 0 { return .found(ranges(data)) }
      return result == PCRE2_ERROR_NOMATCH ? .nothing : .stopped
    }
  }

  private func ranges(_ data: OpaquePointer) -> [Range<Int>?] {
    guard let places = pcre2_get_ovector_pointer_8(data) else { return [] }
    return (0...groups).map { group in
      // A group that took no part is at PCRE2_UNSET, the highest number: as an Int, -1.
      let (start, end) = (places[2 * group], places[2 * group + 1])
      return start < 0 || end < start ? nil : start..<end
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
