import Database

/// The arguments of a statement whose conditions are put together: each added value answers with the
/// `$N` that stands for it.
struct SQLArguments {
  private(set) var values: [DatabaseValue] = []

  mutating func add(_ value: DatabaseValue) -> String {
    values.append(value)
    return "$\(values.count)"
  }

  /// `($4, $5, $6)`; `(NULL)`, which nothing is in, for no values.
  mutating func list(_ values: [DatabaseValue]) -> String {
    guard !values.isEmpty else { return "(NULL)" }
    return "(\(values.map { add($0) }.joined(separator: ", ")))"
  }
}

/// Patterns for `LIKE … ESCAPE '!'`.
enum LikePattern {
  static func containing(_ text: String) -> String { "%\(escape(text))%" }
  static func below(path: String) -> String { "\(escape(path))/%" }

  private static func escape(_ text: String) -> String {
    var escaped = ""
    for character in text {
      if character == "%" || character == "_" || character == "!" { escaped.append("!") }
      escaped.append(character)
    }
    return escaped
  }
}

extension Dialect {
  /// An expression for a top-level field of a JSON document in a text column, as text.
  func field(_ name: String, of column: String) -> String {
    self.name == "sqlite" ? "(\(column) ->> '\(name)')" : "(\(column)::json ->> '\(name)')"
  }
}
