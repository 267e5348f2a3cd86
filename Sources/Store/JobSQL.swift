import Database

/// The arguments of a statement whose conditions are put together: each added value answers with the
/// `$N` that stands for it.
struct SQLArguments {
  private(set) var values: [DatabaseValue]

  /// `first` are the arguments that a statement's text names by number.
  init(_ first: [DatabaseValue] = []) { values = first }

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

extension SQLArguments {
  /// `($4, $5), ($6, $7)` for VALUES: at least one row, filled up to a power of two with the first one, so
  /// that as many rows as there may be share few prepared statements.
  mutating func rows(_ rows: [[DatabaseValue]]) -> String {
    rows.padded.map { list($0) }.joined(separator: ", ")
  }
}

extension RandomAccessCollection {
  /// The elements, filled up to a power of two with the first one.
  var padded: [Element] {
    guard let first else { return [] }
    var width = 1
    while width < count { width *= 2 }
    return self + Array(repeating: first, count: width - count)
  }

  /// The elements in parts of at most `size`.
  func parts(of size: Int) -> [SubSequence] {
    var parts: [SubSequence] = []
    var rest = self[...]
    while !rest.isEmpty {
      parts.append(rest.prefix(size))
      rest = rest.dropFirst(size)
    }
    return parts
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
