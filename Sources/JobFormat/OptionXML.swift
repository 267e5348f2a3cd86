import Model

/// `<option>`: most keys are attributes, `enforced` is `enforcedvalues`, and the values are one text.
enum OptionXML {
  static func value(of element: XMLElement) -> JobValue {
    var map = XMLMap()
    let separator = element.attribute("valuesListDelimiter") ?? ","
    for attribute in element.attributes {
      switch attribute.name {
      case "enforcedvalues": map.add("enforced", .text(attribute.value))
      case "values":
        let values = attribute.value.parts(between: separator.isEmpty ? "," : separator)
        map.add("values", .list(attribute.value.isEmpty ? [] : values.map { .text($0) }))
      default: map.add(attribute.name, .text(attribute.value))
      }
    }
    if !element.text.allSatisfy(\.isWhitespace) { map.add("text in <option>", .text(element.text)) }
    for child in element.children { map.add(child.name, XMLData.value(of: child)) }
    return map.value
  }

  static func element(of option: JobValue) -> XMLElement {
    var element = XMLElement("option")
    guard case .map(let entries) = option else { return element }
    let separator = option["valuesListDelimiter"]?.scalarText ?? ","
    for entry in entries {
      if entry.key == "values" {
        add(entry.value, separator: separator, to: &element)
      } else if entry.key != "description", let text = entry.value.scalarText {
        element.attributes.append((entry.key == "enforced" ? "enforcedvalues" : entry.key, text))
      } else {
        element.children.append(XMLData.element(entry.key, entry.value))
      }
    }
    return element
  }

  /// As one text where it can be taken apart again, else as a generic list.
  private static func add(_ values: JobValue, separator: String, to element: inout XMLElement) {
    guard case .list(let items) = values else { return }
    let texts = items.compactMap(\.scalarText)
    if !separator.isEmpty, texts != [""], texts.allSatisfy({ !$0.hasBytes(separator) }) {
      element.attributes.append(("values", texts.joined(separator: separator)))
    } else {
      element.children.append(XMLData.element("values", values))
    }
  }
}
