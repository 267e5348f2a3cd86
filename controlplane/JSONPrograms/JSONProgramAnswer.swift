/// What `quarterdeck-jq` writes: a line `=` and JSON for each result, then `.`, or else a letter and the reason, which
/// takes the rest.
public enum JSONProgramAnswer {
  /// What comes before each result.
  public static let result = UInt8(ascii: "=")
  /// What stands at the end of an answer without a problem.
  public static let end = UInt8(ascii: ".")
  /// The exit status of a process whose memory was not enough.
  public static let outOfMemory: Int32 = 3

  /// The last line that says why there are no results.
  public static func bytes(of problem: JSONProgramProblem) -> [UInt8] {
    let (letter, reason) =
      switch problem {
      case .program(let reason): ("p", reason)
      case .input(let reason): ("i", reason)
      case .failed(let reason): ("f", reason)
      case .stopped(let reason): ("s", reason)
      case .unavailable(let reason): ("u", reason)
      }
    return Array("\(letter)\(reason)".utf8)
  }

  /// The results of a whole answer. Throws the problem that it says, or `unavailable` for what is no answer.
  static func results(in bytes: [UInt8]) throws(JSONProgramProblem) -> [String] {
    var results: [String] = []
    var rest = bytes[...]
    while let kind = rest.popFirst() {
      if kind == end { return results }
      guard kind == result else { throw problem(kind, String(decoding: rest, as: UTF8.self)) }
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      results.append(String(decoding: line, as: UTF8.self))
      rest = rest[line.endIndex...].dropFirst()
    }
    throw .unavailable("its answer is not complete")
  }

  private static func problem(_ letter: UInt8, _ reason: String) -> JSONProgramProblem {
    switch letter {
    case UInt8(ascii: "p"): .program(reason)
    case UInt8(ascii: "i"): .input(reason)
    case UInt8(ascii: "f"): .failed(reason)
    case UInt8(ascii: "s"): .stopped(reason)
    default: .unavailable(reason)
    }
  }
}
