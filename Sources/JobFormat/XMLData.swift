import Model

/// Collects keys out of an element. A key that comes again is kept under a name that no definition
/// has, so that it is refused by name instead of lost.
struct XMLMap {
  private(set) var entries: [JobEntry] = []
  private var counts: [String: Int] = [:]

  init() {}

  /// Begins with the element's attributes and refusable text.
  init(_ element: XMLElement) {
    for attribute in element.attributes { add(attribute.name, .text(attribute.value)) }
    if !element.text.allSatisfy(\.isWhitespace) {
      add("text in <\(element.name)>", .text(element.text))
    }
  }

  var value: JobValue { .map(entries) }

  mutating func add(_ key: String, _ value: JobValue) {
    let count = (counts[key] ?? 0) + 1
    counts[key] = count
    let name =
      switch count {
      case 1: key
      case 2: "second <\(key)>"
      default: "<\(key)> number \(count)"
      }
    entries.append(JobEntry(name, value))
  }
}

extension XMLMap {
  /// Adds what an element holds beside these attributes and elements, under names that no definition has, so
  /// that it is refused instead of lost. Nil for elements means that all of them are read elsewhere.
  mutating func addUnexpected(
    in element: XMLElement, attributes: Set<String> = [], children: Set<String>? = [],
    hasText: Bool = false
  ) {
    for attribute in element.attributes where !attributes.contains(attribute.name.lowercased()) {
      add("\(attribute.name) of <\(element.name)>", .text(attribute.value))
    }
    for child in element.children where children?.contains(child.name) == false {
      add("<\(child.name)> in <\(element.name)>", .text(child.text))
    }
    if !hasText, !element.text.allSatisfy(\.isWhitespace) {
      add("text in <\(element.name)>", .text(element.text))
    }
  }
}

/// Values in XML where Rundeck has no shape of its own for them: an element for each scalar, elements
/// in elements for maps, and its "generic data structure" (`data='true'`) for all else.
enum XMLData {
  static func value(of element: XMLElement) -> JobValue {
    if element.attribute("data") == "true" {
      return element.children.first.map(generic) ?? .map([])
    }
    if element.attributes.isEmpty, element.children.isEmpty { return .text(element.text) }
    if isEntries(element) { return entries(element) }
    var map = XMLMap(element)
    for child in element.children { map.add(child.name, value(of: child)) }
    return map.value
  }

  private static func isEntries(_ element: XMLElement) -> Bool {
    element.attributes.isEmpty
      && element.children.allSatisfy { $0.name == "entry" && $0.attribute("key") != nil }
  }

  /// `<entry key='' value=''/>` of a plugin's configuration.
  private static func entries(_ element: XMLElement) -> JobValue {
    .map(
      element.children.map {
        JobEntry($0.attribute("key") ?? "", .text($0.attribute("value") ?? $0.text))
      })
  }

  private static func generic(_ element: XMLElement) -> JobValue {
    switch element.name {
    case "map":
      .map(element.children.map { JobEntry($0.attribute("key") ?? "", generic($0)) })
    case "list", "set": .list(element.children.map(generic))
    default: .text(element.text)
    }
  }

  /// The value in the generic structure, whatever its shape.
  static func generic(_ name: String, _ value: JobValue) -> XMLElement {
    var element = XMLElement(name)
    element.attributes = [("data", "true")]
    element.children = [generic(value, key: nil)]
    return element
  }

  /// The element that `value(of:)` reads back as this value.
  static func element(_ name: String, _ value: JobValue) -> XMLElement {
    var element = XMLElement(name)
    switch value {
    case .null: break
    case .boolean, .number, .text: element.text = value.scalarText ?? ""
    case .map(let entries) where isPlain(entries):
      element.children = entries.map { self.element($0.key, $0.value) }
    case .map, .list:
      element.attributes = [("data", "true")]
      element.children = [generic(value, key: nil)]
    }
    return element
  }

  /// Whether the keys can be the names of elements and mean themselves again.
  private static func isPlain(_ entries: [JobEntry]) -> Bool {
    !entries.isEmpty && Set(entries.map(\.key)).count == entries.count
      && entries.allSatisfy { $0.key != "entry" && isName($0.key) }
  }

  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first) else { return false }
    return text.utf8.allSatisfy {
      isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
  }

  private static func generic(_ value: JobValue, key: String?) -> XMLElement {
    var element: XMLElement
    switch value {
    case .map(let entries):
      element = XMLElement("map")
      element.children = entries.map { generic($0.value, key: $0.key) }
    case .list(let items):
      element = XMLElement("list")
      element.children = items.map { generic($0, key: nil) }
    case .null, .boolean, .number, .text:
      element = XMLElement("string")
      element.text = value.scalarText ?? ""
    }
    if let key { element.attributes = [("key", key)] }
    return element
  }
}
