import Model

/// How many nodes a job works on at once (`threadcount`), its references to options replaced.
enum ThreadCount {
  /// 1 where nothing is said.
  ///
  /// Throws `LaunchError.invalidOptions` when an option makes something else of it than a number of at least 1.
  static func of(
    _ dispatch: NodeDispatch?, options: [String: String]
  ) throws(LaunchError) -> Int {
    guard let text = dispatch?.threadcount else { return 1 }
    if let count = Int(text) { return max(1, count) }
    let value = try OptionReferences.expand(text, options)
    if value.isEmpty { return 1 }
    guard let count = Int(value), count >= 1 else {
      throw .invalidOptions([
        "The job's threadcount \(text) is '\(value.prefix(100))': it must be a number, at least 1"
      ])
    }
    return count
  }
}
