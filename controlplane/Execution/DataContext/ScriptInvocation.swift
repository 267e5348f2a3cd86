import Model

/// How a script is started.
enum ScriptInvocation {
  /// Stands for the path of the script's file.
  static let path = "\u{0}"

  /// The arguments, program first.
  ///
  /// - Parameters:
  ///   - interpreter: its words; none starts the file itself.
  ///   - argsQuoted: whether script and arguments become one argument, quoted for a shell within it:
  ///     `bash -c` needs that to hand arguments on (ADH-04).
  static func arguments(interpreter: [String], argsQuoted: Bool, args: [String]) -> [String] {
    guard !interpreter.isEmpty else { return [path] + args }
    guard argsQuoted else { return interpreter + [path] + args }
    let line = ([path] + args.map(ShellQuoting.argument)).joined(separator: " ")
    return interpreter + [line]
  }

  /// Cuts a line into words and replaces the references in each: a value stays in its word, except
  /// that of `${unquotedoption.x}`.
  static func words(
    _ line: String, _ expansion: ReferenceExpansion
  ) throws(ArgumentLineError) -> [String] {
    let raw = expansion.expand(line, onlyGroup: "unquotedoption")
    return try ArgumentLine.split(raw).map { expansion.expand($0) }
  }

  /// A script that does not say what runs it is the shell's.
  static func defaultInterpreter(of text: String) -> [String] {
    text.hasPrefix("#!") ? [] : ["/bin/sh"]
  }

  /// The script as it will be run: tokens replaced, and line feeds only, because a carriage return at
  /// the end of `#!` makes it name a program that is not there.
  static func text(of step: ScriptStep, in context: DataContext) -> String {
    let text = String(
      decoding: withoutCarriageReturns(Array(step.text.utf8)), as: UTF8.self)
    guard step.expandTokens else { return text }
    return ReferenceExpansion(context: context).expandTokens(text)
  }

  private static func withoutCarriageReturns(_ bytes: [UInt8]) -> [UInt8] {
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

/// Secure options on a script's standard input instead of in its environment (RUN-26).
struct SecureInput {
  private let step: ScriptStep
  private let context: DataContext

  init(_ step: ScriptStep, _ context: DataContext) {
    self.step = step
    self.context = context
  }

  /// Assignments for the shell, one a line, not exported; nil when the step does not want them.
  var input: [UInt8]? {
    guard step.passSecureInput else { return nil }
    let lines = context.secureOptions.sorted { $0.key < $1.key }.map { name, value in
      DataContext.variable("option", name) + "=" + ShellQuoting.argument(value) + "\n"
    }
    return Array(lines.joined().utf8)
  }

  /// The script, made to read them by itself where the step says so: first thing after its `#!`.
  func prepared(_ text: String) -> String {
    guard step.passSecureInput, step.autoSecureInput else { return text }
    let line = "eval \"$(cat)\"\n"
    guard text.hasPrefix("#!") else { return line + text }
    guard let end = text.firstIndex(of: "\n") else { return text + "\n" + line }
    let after = text.index(after: end)
    return text[..<after] + line + text[after...]
  }
}
