import Database

/// Values for `IN (…)`: a list is filled up to a power of two with its first value, so that lists of all
/// lengths share few prepared statements.
struct ValueList {
  /// The longest list of one statement.
  static let longest = 512

  let arguments: [DatabaseValue]
  /// `$1, $2, …` for all of them.
  var marks: String { (1...arguments.count).map { "$\($0)" }.joined(separator: ", ") }

  /// The values in as many lists as it takes.
  static func lists(of values: [DatabaseValue]) -> [ValueList] {
    stride(from: 0, to: values.count, by: longest).map { start in
      let part = values[start..<min(start + longest, values.count)]
      var width = 1
      while width < part.count { width *= 2 }
      return ValueList(
        arguments: part + Array(repeating: part[start], count: width - part.count))
    }
  }
}
