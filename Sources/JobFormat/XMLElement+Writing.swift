import CLibXML2

extension XMLElement {
  /// This element as a document, written and escaped by libxml2.
  func serialized() throws(JobFormatError) -> String {
    guard let buffer = xmlBufferCreate() else {
      throw .malformed(line: nil, "no memory for the XML document")
    }
    defer { xmlBufferFree(buffer) }
    guard let writer = xmlNewTextWriterMemory(buffer, 0) else {
      throw .malformed(line: nil, "no memory for the XML document")
    }
    xmlTextWriterSetIndent(writer, 1)
    xmlTextWriterSetIndentString(writer, "  ")
    write(to: writer)
    xmlFreeTextWriter(writer)
    guard let content = xmlBufferContent(buffer) else { return "" }
    return String(cString: content)
  }

  private func write(to writer: xmlTextWriterPtr) {
    xmlTextWriterStartElement(writer, name)
    for attribute in attributes {
      xmlTextWriterWriteAttribute(writer, attribute.name, attribute.value)
    }
    if children.isEmpty { writeText(to: writer) }
    for child in children { child.write(to: writer) }
    xmlTextWriterEndElement(writer)
  }

  /// Several lines go into a CDATA section, for readability, unless it could not hold them: it has no
  /// escapes, and a parser turns its carriage returns into line feeds.
  private func writeText(to writer: xmlTextWriterPtr) {
    guard !text.isEmpty else { return }
    if text.utf8.contains(0x0A), !text.utf8.contains(0x0D), !text.hasBytes("]]>") {
      xmlTextWriterWriteRaw(writer, "<![CDATA[" + text + "]]>")
    } else {
      xmlTextWriterWriteString(writer, text)
    }
  }

  /// The name of the first element or attribute that holds a character XML 1.0 does not have.
  var unprintable: String? {
    if !Self.isPrintable(text) { return name }
    if let attribute = attributes.first(where: { !Self.isPrintable($0.value) }) {
      return "\(name) \(attribute.name)"
    }
    for child in children { if let found = child.unprintable { return found } }
    return nil
  }

  private static func isPrintable(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      switch scalar.value {
      case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
      default: false
      }
    }
  }
}

extension String {
  /// Whether the other text's bytes are in this one's. A combining mark after a text hides it from comparisons
  /// of characters, and not from parsers.
  func hasBytes(_ other: String) -> Bool { utf8.firstRange(of: Array(other.utf8)) != nil }

  /// The parts between a separator's bytes, empty ones too.
  func parts(between separator: String) -> [String] {
    var parts: [String] = []
    var rest = utf8[...]
    let bytes = Array(separator.utf8)
    while !bytes.isEmpty, let place = rest.firstRange(of: bytes) {
      parts.append(String(decoding: rest[..<place.lowerBound], as: UTF8.self))
      rest = rest[place.upperBound...]
    }
    return parts + [String(decoding: rest, as: UTF8.self)]
  }
}
