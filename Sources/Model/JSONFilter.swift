/// What picks values out of JSON: the part of jq's language that is about paths.
///
/// Known are `.`, `.name`, `."any name"`, `.["name"]`, `[3]`, `[-1]`, `[]`, `?` behind any of them, `|`, `,`
/// and objects such as `{id: .data.id, name}`. Everything else is refused by name.
public struct JSONFilter: Sendable, Hashable {
  /// As it was written.
  public let text: String
  private let expression: Expression

  /// Why a filter or its use failed.
  public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
  }

  indirect enum Expression: Sendable, Hashable {
    case identity
    case key(String, isOptional: Bool)
    case place(Int, isOptional: Bool)
    case all(isOptional: Bool)
    case pipe(Expression, Expression)
    case both(Expression, Expression)
    case object([Member])
  }

  struct Member: Sendable, Hashable {
    let name: String
    let value: Expression
  }

  /// - Throws: `Problem` that says which part is not known.
  public init(_ text: String) throws(Problem) {
    var parser = JSONFilterParser(text)
    self.text = text
    expression = try parser.parse()
  }

  /// What the filter picks out of `input`, in its order.
  ///
  /// - Throws: `Problem` when a key is asked of what has none, or there are more than 100,000 results.
  public func apply(to input: JSONTree) throws(Problem) -> [JSONTree] {
    try Self.apply(expression, to: input)
  }

  private static let most = 100_000

  private static func apply(
    _ expression: Expression, to input: JSONTree
  ) throws(Problem) -> [JSONTree] {
    switch expression {
    case .identity: return [input]
    case .key(let name, let isOptional):
      switch input {
      case .map(let values): return [values[name] ?? .null]
      case .null: return [.null]
      default: return try none(isOptional, "\(input.kindName) has no key \"\(name)\"")
      }
    case .place(let place, let isOptional):
      switch input {
      case .list(let items):
        let index = place < 0 ? items.count + place : place
        return [items.indices.contains(index) ? items[index] : .null]
      case .null: return [.null]
      default: return try none(isOptional, "\(input.kindName) has no place [\(place)]")
      }
    case .all(let isOptional):
      switch input {
      case .list(let items): return items
      case .map(let values): return values.sorted { $0.key < $1.key }.map(\.value)
      default: return try none(isOptional, "\(input.kindName) cannot be gone through with []")
      }
    case .pipe(let first, let second):
      var results: [JSONTree] = []
      for value in try apply(first, to: input) { results += try apply(second, to: value) }
      guard results.count <= most else { throw Problem("more than \(most) results") }
      return results
    case .both(let first, let second):
      return try apply(first, to: input) + apply(second, to: input)
    case .object(let members): return try objects(members, input)
    }
  }

  private static func none(_ isOptional: Bool, _ reason: String) throws(Problem) -> [JSONTree] {
    guard isOptional else { throw Problem(reason) }
    return []
  }

  /// An object for each combination of its members' results.
  private static func objects(
    _ members: [Member], _ input: JSONTree
  ) throws(Problem) -> [JSONTree] {
    var objects: [[String: JSONTree]] = [[:]]
    for member in members {
      let values = try apply(member.value, to: input)
      guard objects.count * values.count <= most else { throw Problem("more than \(most) results") }
      objects = objects.flatMap { object in
        values.map { value in object.merging([member.name: value]) { _, new in new } }
      }
    }
    return objects.map(JSONTree.map)
  }
}
