import Model

/// Why a JSON path selects nothing.
struct JSONPathError: Error, Sendable, Hashable {
  let reason: String
}

/// A path into a JSON document as S. Gössner describes it: `$`, `.key`, `['key']`, `[0]`, `[-1]`, `[0,2]`, `[1:3]`, `*`,
/// `..key`, and filters such as `[?(@.size > 3 && @.name == 'x')]`.
struct JSONPath: Sendable {
  enum Part: Sendable, Hashable {
    case keys([String])
    case places([Int])
    case range(from: Int?, to: Int?, step: Int)
    case all
    /// Each value below, itself included.
    case descendants
    case filter(JSONPathCondition)
  }

  let parts: [Part]

  /// How many values are looked at.
  static let limit = 2_000_000

  /// Throws for what is no path, with the place.
  init(_ text: String) throws(JSONPathError) {
    var reader = JSONPathReader(text)
    parts = try reader.path()
  }

  /// Whether it means one value at most.
  var isDefinite: Bool {
    parts.allSatisfy { part in
      switch part {
      case .keys(let keys): keys.count == 1
      case .places(let places): places.count == 1
      case .range, .all, .descendants, .filter: false
      }
    }
  }

  /// The value that it means; a list of all of them for a path that may mean several.
  func select(in document: JobValue) throws(JSONPathError) -> JobValue {
    let found = try values(in: document)
    guard isDefinite else { return .list(found) }
    guard let value = found.first else { throw JSONPathError(reason: "nothing is there") }
    return value
  }

  /// All values that it means, in the document's order.
  private func values(in document: JobValue) throws(JSONPathError) -> [JobValue] {
    var values = [document]
    var budget = Self.limit
    for part in parts {
      var next: [JobValue] = []
      for value in values {
        next += part.select(in: value, &budget)
        guard budget > 0 else { throw JSONPathError(reason: "it selects too much") }
      }
      values = next
    }
    return values
  }
}

extension JSONPath.Part {
  func select(in value: JobValue, _ budget: inout Int) -> [JobValue] {
    let found: [JobValue]
    switch self {
    case .keys(let keys): found = keys.compactMap { value[$0] }
    case .places(let places): found = places.compactMap { Self.item($0, value.pathItems) }
    case .range(let from, let to, let step):
      found = Self.slice(value.pathItems, from, to, step)
    case .all: found = value.pathChildren
    case .descendants: found = Self.descendants(of: value, &budget)
    case .filter(let condition): found = value.pathChildren.filter { condition.holds($0) }
    }
    budget -= found.count + 1
    return found
  }

  private static func item(_ place: Int, _ items: [JobValue]) -> JobValue? {
    let index = place < 0 ? items.count + place : place
    return items.indices.contains(index) ? items[index] : nil
  }

  private static func slice(
    _ items: [JobValue], _ from: Int?, _ to: Int?, _ step: Int
  ) -> [JobValue] {
    func bound(_ place: Int?, _ otherwise: Int) -> Int {
      guard let place else { return otherwise }
      return min(max(place < 0 ? items.count + place : place, 0), items.count)
    }
    let (start, end) = (bound(from, 0), bound(to, items.count))
    guard start < end else { return [] }
    return stride(from: start, to: end, by: step).map { items[$0] }
  }

  private static func descendants(of value: JobValue, _ budget: inout Int) -> [JobValue] {
    budget -= 1
    guard budget > 0 else { return [] }
    var found = [value]
    for child in value.pathChildren { found += descendants(of: child, &budget) }
    return found
  }
}

extension JobValue {
  /// A list's items; none of anything else.
  fileprivate var pathItems: [JobValue] { if case .list(let items) = self { items } else { [] } }

  fileprivate var pathChildren: [JobValue] {
    if case .map(let entries) = self { return entries.map(\.value) }
    return pathItems
  }
}
