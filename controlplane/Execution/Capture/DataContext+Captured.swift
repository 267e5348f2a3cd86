extension DataContext {
  /// Longer values are no variables of the environment: the kernel takes no string above 128 KiB.
  static let longestVariable = 100_000

  /// Makes `data` mean what earlier steps captured, on this node and on others.
  mutating func add(_ captured: [String: [String: String]], on node: String) {
    guard !captured.isEmpty else { return }
    capturedByNode = captured
    groups["data"] = captured[node] ?? [:]
  }

  /// `name@node` is that node's value; `name*` are all nodes' values in the order of their names, joined by a
  /// comma, or by what stands behind the asterisk. Nil for any other key, and for a name that really has such a
  /// character.
  func captured(_ key: String) -> String? {
    guard groups["data"]?[key] == nil else { return nil }
    if let at = key.lastIndex(of: "@") {
      return capturedByNode[String(key[key.index(after: at)...])]?[String(key[..<at])]
    }
    guard let star = key.firstIndex(of: "*") else { return nil }
    let (name, delimiter) = (String(key[..<star]), key[key.index(after: star)...])
    let values = capturedByNode.sorted { $0.key < $1.key }.compactMap { $0.value[name] }
    return values.joined(separator: delimiter.isEmpty ? "," : String(delimiter))
  }
}
