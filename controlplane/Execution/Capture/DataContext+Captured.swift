import Model

extension DataContext {
  /// Longer values are no variables of the environment: the kernel takes no string above 128 KiB.
  static let longestVariable = 100_000

  /// What earlier steps left, asked by a reference.
  ///
  /// `name` alone is the value on this node, else the workflow's. `name@node` is that node's; `name*` are all nodes'
  /// values in the order of their names, joined by a comma, or by what stands behind the asterisk. A name that
  /// really has such a character wins. Nil when no step left such a value.
  func stepValue(_ group: String, _ key: String, of step: String?) -> String? {
    if let value = nearest(group, key, of: step) { return value }
    if let at = key.lastIndex(of: "@") {
      let name = String(key[..<at])
      return value(group, name, on: String(key[key.index(after: at)...]), of: step)
    }
    guard let star = key.firstIndex(of: "*") else { return nil }
    let (name, delimiter) = (String(key[..<star]), key[key.index(after: star)...])
    let values =
      step.map { captured.values(group, name, of: $0) } ?? captured.values(group, name)
    if values.isEmpty { return nearest(group, name, of: step) }
    return values.joined(separator: delimiter.isEmpty ? "," : String(delimiter))
  }

  /// On this node, else for the workflow.
  private func nearest(_ group: String, _ name: String, of step: String?) -> String? {
    value(group, name, on: nodeName, of: step) ?? value(group, name, on: "", of: step)
  }

  private func value(
    _ group: String, _ name: String, on node: String, of step: String?
  ) -> String? {
    guard let step else { return captured.value(group, name, on: node) }
    return captured.value(group, name, on: node, of: step)
  }
}
