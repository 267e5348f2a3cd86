/// How much of a document may be turned into values: stops aliases that multiply and nesting that
/// would use up the stack, here and in whoever walks the tree later.
struct DocumentBudget {
  /// Deepest nesting of lists and maps.
  static let depth = 64
  /// Most values of one document, aliases counted each time they are used.
  static let values = 2_000_000

  private var left = Self.values

  mutating func spend(depth: Int) throws(JobFormatError) {
    if depth > Self.depth {
      throw .refused("the document is nested deeper than \(Self.depth) levels")
    }
    left -= 1
    if left < 0 {
      throw .refused("the document has more than \(Self.values) values, aliases expanded")
    }
  }
}
