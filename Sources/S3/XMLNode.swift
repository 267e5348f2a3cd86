import CLibXML2

/// An element of an answer: its name without namespace, its text and its elements.
struct XMLNode {
  let name: String
  var text = ""
  var children: [XMLNode] = []

  func all(_ name: String) -> [XMLNode] { children.filter { $0.name == name } }
  func text(at name: String) -> String? { children.first { $0.name == name }?.text }

  /// Reads a document with libxml2's pull reader; nil when it is not well formed, has a document type, or is deeper
  /// than any answer.
  static func parse(_ bytes: [UInt8]) -> XMLNode? {
    guard !bytes.isEmpty, bytes.count < Int(Int32.max) else { return nil }
    return bytes.withUnsafeBytes { raw in
      let options =
        XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
      let start = raw.bindMemory(to: CChar.self).baseAddress
      guard let start,
        let reader = xmlReaderForMemory(start, Int32(raw.count), nil, nil, Int32(options))
      else { return nil }
      defer { xmlFreeTextReader(reader) }
      return read(reader)
    }
  }

  private static let greatestDepth = 16

  private static func read(_ reader: xmlTextReaderPtr) -> XMLNode? {
    var open: [XMLNode] = []
    var root: XMLNode?
    while true {
      switch xmlTextReaderRead(reader) {
      case 1: break
      case 0: return root
      default: return nil
      }
      switch UInt32(xmlTextReaderNodeType(reader)) {
      case XML_READER_TYPE_DOCUMENT_TYPE.rawValue, XML_READER_TYPE_ENTITY_REFERENCE.rawValue:
        return nil
      case XML_READER_TYPE_ELEMENT.rawValue:
        guard open.count < greatestDepth else { return nil }
        open.append(XMLNode(name: String(cString: xmlTextReaderConstLocalName(reader))))
        if xmlTextReaderIsEmptyElement(reader) == 1 { close(&open, &root) }
      case XML_READER_TYPE_END_ELEMENT.rawValue:
        close(&open, &root)
      case XML_READER_TYPE_TEXT.rawValue, XML_READER_TYPE_CDATA.rawValue,
        XML_READER_TYPE_SIGNIFICANT_WHITESPACE.rawValue, XML_READER_TYPE_WHITESPACE.rawValue:
        if !open.isEmpty, let text = xmlTextReaderConstValue(reader) {
          open[open.count - 1].text += String(cString: text)
        }
      default: break
      }
    }
  }

  private static func close(_ open: inout [XMLNode], _ root: inout XMLNode?) {
    let node = open.removeLast()
    if open.isEmpty { root = node } else { open[open.count - 1].children.append(node) }
  }
}

extension XMLNode {
  /// As text inside an element.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
