import Model
import Yams

/// YAML to the common tree and back.
enum YAMLText {
  static func read(_ bytes: [UInt8]) throws(JobFormatError) -> JobValue {
    let roots = try compose(String(decoding: UTF8Check.content(bytes), as: UTF8.self))
    var reader = YAMLReader()
    if roots.count == 1 { return try reader.value(of: roots[0], depth: 0) }
    return try severalDocuments(roots, &reader)
  }

  /// The root nodes of the documents in a text.
  static func compose(_ text: String) throws(JobFormatError) -> [YAMLNode] {
    do {
      var sequence = try Yams.compose_all(yaml: text)
      var found: [YAMLNode] = []
      while let node = sequence.next() { found.append(node) }
      if let error = sequence.error { throw error }
      return found
    } catch {
      throw failure(error)
    }
  }

  /// Documents separated by `---` count as one list.
  private static func severalDocuments(
    _ roots: [YAMLNode], _ reader: inout YAMLReader
  ) throws(JobFormatError) -> JobValue {
    var items: [JobValue] = []
    for root in roots {
      switch try reader.value(of: root, depth: 0) {
      case .list(let more): items += more
      case .null: continue
      case let other: items.append(other)
      }
    }
    return .list(items)
  }

  private static func failure(_ error: any Error) -> JobFormatError {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      .malformed(line: mark.line, "not valid YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      .malformed(
        line: context.mark.line, "the key '\(duplicates.joined(separator: "', '"))' is there twice")
    case .reader(let problem, _, _, _):
      .malformed(line: nil, "not valid YAML: \(problem)")
    default:
      .malformed(line: nil, "not valid YAML: \(error)")
    }
  }
}

/// Turns composed YAML nodes into the common tree, counting as it goes.
struct YAMLReader {
  private var budget = DocumentBudget()

  mutating func value(of node: YAMLNode, depth: Int) throws(JobFormatError) -> JobValue {
    try budget.spend(depth: depth)
    switch node {
    case .scalar(let scalar): return try YAMLScalar.value(of: scalar)
    case .alias: throw .refused("an alias is not resolved")
    case .sequence(let sequence):
      var items: [JobValue] = []
      for item in sequence { items.append(try value(of: item, depth: depth + 1)) }
      return .list(items)
    case .mapping(let mapping):
      return .map(try entries(of: mapping, depth: depth))
    }
  }

  private mutating func entries(
    of mapping: YAMLNode.Mapping, depth: Int
  ) throws(JobFormatError) -> [JobEntry] {
    var entries: [JobEntry] = []
    var merged: [JobEntry] = []
    for (key, item) in mapping {
      guard case .scalar(let scalar) = key else {
        throw .malformed(line: key.mark?.line, "a key must be a text")
      }
      let read = try value(of: item, depth: depth + 1)
      if scalar.string == "<<", scalar.style == .plain {
        merged += Self.mergedEntries(read)
      } else {
        entries.append(JobEntry(scalar.string, read))
      }
    }
    return merged.isEmpty ? entries : Self.merge(entries, with: merged)
  }

  private static func mergedEntries(_ value: JobValue) -> [JobEntry] {
    switch value {
    case .map(let entries): entries
    case .list(let items): items.flatMap(mergedEntries)
    case .null, .boolean, .number, .text: []
    }
  }

  /// Own keys win over merged ones, earlier merged ones over later.
  private static func merge(_ own: [JobEntry], with merged: [JobEntry]) -> [JobEntry] {
    var keys = Set(own.map(\.key))
    return own + merged.filter { keys.insert($0.key).inserted }
  }
}
