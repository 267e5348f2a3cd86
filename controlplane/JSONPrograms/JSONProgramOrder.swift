/// What `quarterdeck-jq` is to do, as it reads it from its standard input: a line with the program's length, the program,
/// and what stands behind it is the input, unless that line says that there is none.
public struct JSONProgramOrder: Sendable, Hashable {
  /// UTF-8 without U+0000.
  public let program: [UInt8]
  /// JSON; nil: the program is only to be compiled.
  public let input: [UInt8]?

  /// The longest order in bytes.
  public static let longest =
    32 + JSONProgramBounds.longestProgram + JSONProgramBounds.longestInput

  /// - Throws: `program` or `input` for one that is too long.
  init(_ text: String, input: String?) throws(JSONProgramProblem) {
    program = Array(text.utf8)
    self.input = input.map { Array($0.utf8) }
    guard program.count <= JSONProgramBounds.longestProgram else {
      throw .program("a filter may have at most \(JSONProgramBounds.longestProgram) bytes")
    }
    guard !program.contains(0) else { throw .program("a filter must not contain U+0000") }
    guard (self.input?.count ?? 0) <= JSONProgramBounds.longestInput else {
      throw .input("it has more than \(JSONProgramBounds.longestInput) bytes")
    }
  }

  /// Nil for bytes that are no order.
  public init?(_ bytes: [UInt8]) {
    let head = bytes.prefix { $0 != UInt8(ascii: "\n") }
    let words = String(decoding: head, as: UTF8.self).split(separator: " ")
    let rest = bytes[head.endIndex...].dropFirst()
    guard words.count == 2, words[0] == "run" || words[0] == "check",
      let count = Int(words[1]), (0...rest.count).contains(count)
    else { return nil }
    program = Array(rest.prefix(count))
    input = words[0] == "run" ? Array(rest.dropFirst(count)) : nil
  }

  /// As the process reads it.
  public var bytes: [UInt8] {
    Array("\(input == nil ? "check" : "run") \(program.count)\n".utf8) + program + (input ?? [])
  }
}
