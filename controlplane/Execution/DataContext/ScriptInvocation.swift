import Model

/// How a script is started.
enum ScriptInvocation {
  /// Stands for the path of the script's file.
  static let path = "\u{0}"

  /// Where the path of the script's file goes in an interpreter line; without it the file comes after the interpreter.
  static let fileReference = "${scriptfile}"

  /// The arguments, program first.
  ///
  /// - Parameters:
  ///   - interpreter: its words; none starts the file itself.
  ///   - argsQuoted: whether script and arguments become one argument, quoted for a shell within it:
  ///     `bash -c` needs that to hand arguments on (ADH-04).
  static func arguments(interpreter: [String], argsQuoted: Bool, args: [String]) -> [String] {
    guard !interpreter.isEmpty else { return [path] + args }
    if interpreter.contains(where: { $0.contains(fileReference) }) {
      return interpreter.map { put(path, into: $0) } + args
    }
    guard argsQuoted else { return interpreter + [path] + args }
    let line = ([path] + args.map(ShellQuoting.argument)).joined(separator: " ")
    return interpreter + [line]
  }

  private static func put(_ path: String, into word: String) -> String {
    var result = ""
    var rest = word[...]
    while let place = rest.firstIndex(of: "$") {
      result += rest[..<place]
      rest = rest[place...]
      guard rest.hasPrefix(fileReference) else {
        result.append(rest.removeFirst())
        continue
      }
      result += path
      rest = rest.dropFirst(fileReference.count)
    }
    return result + rest
  }

  /// Cuts a line into words and replaces the references in each: a value stays in its word, except
  /// that of `${unquotedoption.x}`.
  static func words(
    _ line: String, _ expansion: ReferenceExpansion
  ) throws(StepInvocationError) -> [String] {
    let raw = try StepInvocationError.expanding { () throws(ExpansionOverrun) in
      try expansion.expand(line, onlyGroup: "unquotedoption")
    }
    var words: [String] = []
    for word in try split(raw) {
      words.append(
        try StepInvocationError.expanding { () throws(ExpansionOverrun) in
          try expansion.expand(word)
        })
    }
    return words
  }

  private static func split(_ line: String) throws(StepInvocationError) -> [String] {
    do throws(ArgumentLineError) {
      return try ArgumentLine.split(line)
    } catch {
      throw .arguments(error)
    }
  }

  /// A script that does not say what runs it is the shell's; `#!` says it, and a program's first bytes do.
  static func defaultInterpreter(of script: some Collection<UInt8>) -> [String] {
    let isProgram = script.starts(with: "#!".utf8) || script.starts(with: [0x7F, 0x45, 0x4C, 0x46])
    return isProgram ? [] : ["/bin/sh"]
  }

  /// Line feeds only, because a carriage return at the end of `#!` makes it name a program that is not there.
  static func withoutCarriageReturns(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(0x0D) else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      if byte == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { continue }
      result.append(byte)
    }
    return result
  }

  /// The extension without its dot; nil for one that could lead out of the folder.
  static func `extension`(of text: String) -> String? {
    let name = text.hasPrefix(".") ? text.dropFirst() : text[...]
    let isSafe = name.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E
    }
    return !name.isEmpty && name.utf8.count <= 32 && isSafe ? String(name) : nil
  }
}
