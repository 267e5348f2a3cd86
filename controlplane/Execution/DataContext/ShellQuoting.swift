/// Puts values into a command line of the shell so that they stay values, whatever is in them.
enum ShellQuoting {
  /// The value as one word of the shell; as it is when nothing in it means anything to the shell.
  static func word(_ value: String) -> String {
    if value.isEmpty || value.utf8.allSatisfy(isHarmless) { return value }
    return "'"
      + value.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }

  /// As `word`, but an empty value is an argument too.
  static func argument(_ value: String) -> String { value.isEmpty ? "''" : word(value) }

  private static func isHarmless(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "_@%+=:,./-".utf8.contains(byte)
    }
  }

  /// Replaces the references of a command line. A value is quoted for the place where it stands:
  /// outside of quotes as a word, inside of `"…"` and `'…'` so that it cannot end them.
  /// `${unquotedoption.x}` is put in raw. Of a secret only the variable's name is put in where that means the
  /// same, because everybody on a host may read the shell's arguments.
  ///
  /// Throws when the line becomes longer than the expansion's limit.
  static func expand(
    _ command: String, _ expansion: ReferenceExpansion
  ) throws(ExpansionOverrun) -> String {
    // What looks like the shell's own text in a here-document is the document's.
    let secrets = command.contains("<<") ? [:] : expansion.context.secretVariables
    var scanner = ShellScanner()
    var result = ""
    var rest = command[...]
    while let character = rest.first {
      if character == "$", let reference = ReferenceExpansion.reference(at: rest) {
        let value = expansion.value(reference)
        let isRaw = reference.group == "unquotedoption"
        let name = reference.group == "option" ? secrets[reference.key] : nil
        result += isRaw ? value : name.flatMap(scanner.reference) ?? scanner.quoted(value)
        rest = Substring(rest.utf8.dropFirst(reference.length))
        scanner.passedWord()
      } else {
        scanner.pass(character)
        result.append(rest.removeFirst())
      }
      guard result.utf8.count <= expansion.limit else {
        throw ExpansionOverrun(limit: expansion.limit)
      }
    }
    return result
  }
}

/// Follows a command line of the shell to know what a character's place means.
struct ShellScanner {
  private enum Place { case bare, double, single, comment, backtick }

  /// From the outermost to the innermost; never empty.
  private var places: [Place] = [.bare]
  private var isEscaped = false
  private var last: Character = " "

  mutating func pass(_ character: Character) {
    defer { last = isEscaped ? "x" : character }
    if isEscaped {
      isEscaped = false
      last = "x"
      return
    }
    switch places[places.count - 1] {
    case .single: if character == "'" { places.removeLast() }
    case .comment: if character.isNewline { places.removeLast() }
    case .double: passInDouble(character)
    case .bare, .backtick: passInBare(character)
    }
  }

  /// A reference was put in: what follows is not the start of a word.
  mutating func passedWord() {
    isEscaped = false
    last = "x"
  }

  private mutating func passInDouble(_ character: Character) {
    switch character {
    case "\\": isEscaped = true
    case "\"": places.removeLast()
    case "`": places.append(.backtick)
    case "(" where last == "$": places.append(.bare)
    default: break
    }
  }

  private mutating func passInBare(_ character: Character) {
    switch character {
    case "\\": isEscaped = true
    case "\"": places.append(.double)
    case "'": places.append(.single)
    case "`":
      if places.last == .backtick { places.removeLast() } else { places.append(.backtick) }
    case "(": places.append(.bare)
    case ")": if places.count > 1, places.last == .bare { places.removeLast() }
    case "#" where last.isWhitespace || ";&|(".contains(last): places.append(.comment)
    default: break
    }
  }

  /// What stands for the value of a variable of the environment in this place; nil where no text does.
  func reference(_ variable: String) -> String? {
    if places.contains(.backtick) { return nil }
    switch places[places.count - 1] {
    case .bare: return "\"${\(variable)}\""
    case .double: return "${\(variable)}"
    case .single: return "'\"${\(variable)}\"'"
    case .comment, .backtick: return ""
    }
  }

  /// The value, written for this place.
  func quoted(_ value: String) -> String {
    var text: String
    switch places[places.count - 1] {
    case .bare, .backtick: text = ShellQuoting.word(value)
    case .double: text = Self.escape(value, "\\\"$`")
    case .single:
      text = value.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''")
    case .comment: text = value.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
    // Backticks are read once more before what is in them runs.
    if places.contains(.backtick) { text = Self.escape(text, "\\$`") }
    return text
  }

  private static func escape(_ text: String, _ special: String) -> String {
    text.map { special.contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}
