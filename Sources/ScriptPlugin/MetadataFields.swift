import Model

/// A map of `plugin.yaml`, with where it is.
struct MetadataFields {
  let path: String
  private let value: JobValue

  init(_ value: JobValue, path: String) throws(PluginProblem) {
    guard case .map = value else {
      throw .metadata(
        field: path.isEmpty ? "the document" : path, "expected a map, found \(value.kindName)")
    }
    (self.value, self.path) = (value, path)
  }

  func field(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  subscript(key: String) -> JobValue? { value[key] == .null ? nil : value[key] }

  /// A scalar's text; nil for one that is missing or empty.
  func text(_ key: String) throws(PluginProblem) -> String? {
    guard let value = self[key] else { return nil }
    guard let text = value.scalarText else {
      throw .metadata(field: field(key), "expected text, found \(value.kindName)")
    }
    guard !text.utf8.contains(0) else { throw .metadata(field: field(key), "has a null in it") }
    return text.isEmpty ? nil : text
  }

  func required(_ key: String) throws(PluginProblem) -> String {
    guard let text = try text(key) else { throw .metadata(field: field(key), "is missing") }
    return text
  }

  func flag(_ key: String) throws(PluginProblem) -> Bool? {
    guard let text = try text(key) else { return nil }
    switch text.lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default:
      throw .metadata(
        field: field(key), "is '\(text.prefix(100))', and must be true or false")
    }
  }

  /// The maps of a list, each with its place.
  func maps(_ key: String, most: Int) throws(PluginProblem) -> [MetadataFields] {
    guard let value = self[key] else { return [] }
    guard case .list(let items) = value else {
      throw .metadata(field: field(key), "expected a list, found \(value.kindName)")
    }
    guard items.count <= most else {
      throw .metadata(field: field(key), "has \(items.count) items, and \(most) are allowed")
    }
    var maps: [MetadataFields] = []
    for (index, item) in items.enumerated() {
      maps.append(try MetadataFields(item, path: "\(field(key))[\(index)]"))
    }
    return maps
  }

  /// Texts that are a list, or one text parted by commas.
  func texts(_ key: String) throws(PluginProblem) -> [String] {
    if case .list(let items)? = self[key] { return items.compactMap(\.scalarText) }
    return (try text(key) ?? "").split(separator: ",").map { String($0).trimmed }
      .filter { !$0.isEmpty }
  }

  /// The scalars of a map below this one.
  func table(_ key: String) -> [String: String] {
    guard case .map(let entries)? = self[key] else { return [:] }
    return Dictionary(
      entries.compactMap { entry in entry.value.scalarText.map { (entry.key, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// One of the cases' names.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ kind: Choice.Type
  ) throws(PluginProblem) -> Choice? where Choice.RawValue == String {
    guard let text = try text(key) else { return nil }
    let known = kind.allCases.first { $0.rawValue.lowercased() == text.lowercased() }
    guard let known else {
      let allowed = kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw .metadata(
        field: field(key), "is '\(text.prefix(100))', and must be one of \(allowed)")
    }
    return known
  }
}

extension String {
  /// Without white space at its ends.
  var trimmed: String {
    let start = drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
