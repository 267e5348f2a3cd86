import JobFormat
import Model

/// An answer with values, as it came.
struct RemoteAnswer: Sendable {
  enum Form: Sendable, Hashable { case json, lines }

  var form: Form
  var bytes: [UInt8]

  /// How an answer of this media type is read. Without the check everything is JSON, whatever it says it is.
  ///
  /// Throws `unreadable` for a type that holds no values.
  static func form(
    ofType header: String?, isChecked: Bool, from address: String
  ) throws(RemoteValuesError) -> Form {
    let type = String((header ?? "").prefix { $0 != ";" }.filter { !$0.isWhitespace }).lowercased()
    if type == "application/json" || type == "text/json" || type.hasSuffix("+json") { return .json }
    guard isChecked else { return .json }
    if type == "text/plain" { return .lines }
    throw .unreadable(
      "\(address) answered with the content type \"\(type.prefix(100))\", "
        + "not application/json or text/plain")
  }

  /// The values in it.
  ///
  /// - Parameter filter: a JSON path to the part that has them.
  /// - Throws: `unreadable` with the place.
  func choices(filter: String?) throws(RemoteValuesError) -> [OptionChoice] {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .unreadable("the values are not valid UTF-8")
    }
    guard form == .json else { return Self.lines(text) }
    var value: JobValue
    do throws(JobFormatError) {
      value = try JobValue(jsonText: text.first == "\u{FEFF}" ? String(text.dropFirst()) : text)
    } catch {
      throw .unreadable("the values are not valid JSON: \(error)")
    }
    if let filter, !filter.isEmpty {
      do throws(JSONPathError) {
        value = try JSONPath(filter).select(in: value)
      } catch {
        throw .unreadable("the JSON path \(filter): \(error.reason)")
      }
    }
    return try Self.choices(in: value)
  }

  /// A line is a value; blank ones are none.
  private static func lines(_ text: String) -> [OptionChoice] {
    text.split(whereSeparator: \.isNewline).compactMap { line in
      let value = String(line)
      return value.allSatisfy(\.isWhitespace) ? nil : OptionChoice(name: value, value: value)
    }
  }

  private static func choices(in value: JobValue) throws(RemoteValuesError) -> [OptionChoice] {
    switch value {
    case .map(let entries):
      return entries.map { OptionChoice(name: $0.key, value: $0.value.optionText) }
    case .list(let items):
      var choices: [OptionChoice] = []
      choices.reserveCapacity(items.count)
      for (index, item) in items.enumerated() { choices.append(try choice(item, index)) }
      return choices
    case .null, .boolean, .number, .text:
      throw .unreadable("expected a list or an object of values, found \(value.kindName)")
    }
  }

  private static func choice(
    _ item: JobValue, _ index: Int
  ) throws(RemoteValuesError) -> OptionChoice {
    if let text = item.scalarText { return OptionChoice(name: text, value: text) }
    let value = item["value"]?.scalarText
    let name = item["name"]?.scalarText
    guard let found = value ?? name else {
      throw .unreadable(
        "item \(index) of the values is neither a text nor an object with name and value")
    }
    return OptionChoice(
      name: name ?? found, value: found, isSelected: item["selected"]?.scalarText == "true")
  }
}

extension JobValue {
  /// A value of an object as an option's value: what is no scalar in JSON.
  fileprivate var optionText: String {
    switch self {
    case .null: ""
    case .list, .map: jsonText
    default: scalarText ?? ""
    }
  }
}
