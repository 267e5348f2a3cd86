import CLibXML2

/// An element of an XML document: its attributes, elements and text.
struct XMLElement {
  var name: String
  var attributes: [(name: String, value: String)] = []
  var children: [XMLElement] = []
  /// All text directly inside, CDATA sections included, byte for byte.
  var text = ""

  init(_ name: String) { self.name = name }

  func attribute(_ name: String) -> String? {
    attributes.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }
}

extension XMLElement {
  /// Reads a document with libxml2's pull reader: no network, and any document type is refused, so
  /// that there are no entities to expand or to fetch.
  static func parse(_ bytes: [UInt8]) throws(JobFormatError) -> XMLElement {
    guard bytes.count < Int(Int32.max) else { throw .refused("the document is too large") }
    let result: Result<XMLElement, JobFormatError> = bytes.withUnsafeBytes { raw in
      let options =
        XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue
        | XML_PARSE_NOWARNING.rawValue | XML_PARSE_BIG_LINES.rawValue
      let start = raw.bindMemory(to: CChar.self).baseAddress
      guard let start,
        let reader = xmlReaderForMemory(
          start, Int32(raw.count), nil, nil, Int32(options))
      else { return .failure(.malformed(line: nil, "not valid XML: the document is empty")) }
      defer { xmlFreeTextReader(reader) }
      return Result { () throws(JobFormatError) in try read(reader) }
    }
    return try result.get()
  }

  private static func read(_ reader: xmlTextReaderPtr) throws(JobFormatError) -> XMLElement {
    var open: [XMLElement] = []
    var budget = DocumentBudget()
    while xmlTextReaderRead(reader) == 1 {
      let kind = UInt32(xmlTextReaderNodeType(reader))
      switch kind {
      case XML_READER_TYPE_DOCUMENT_TYPE.rawValue, XML_READER_TYPE_ENTITY_REFERENCE.rawValue:
        throw .refused(documentTypeMessage)
      case XML_READER_TYPE_ELEMENT.rawValue:
        try budget.spend(depth: open.count)
        let element = start(reader)
        open.append(element)
        if xmlTextReaderIsEmptyElement(reader) == 1, let root = close(&open) { return root }
      case XML_READER_TYPE_END_ELEMENT.rawValue:
        if let root = close(&open) {
          try finish(reader)
          return root
        }
      case XML_READER_TYPE_TEXT.rawValue, XML_READER_TYPE_CDATA.rawValue,
        XML_READER_TYPE_SIGNIFICANT_WHITESPACE.rawValue, XML_READER_TYPE_WHITESPACE.rawValue:
        if !open.isEmpty, let text = xmlTextReaderConstValue(reader) {
          open[open.count - 1].text += String(cString: text)
        }
      default: break
      }
    }
    throw failure()
  }

  /// Reads on to the end, so that rubbish after the root is an error.
  private static func finish(_ reader: xmlTextReaderPtr) throws(JobFormatError) {
    while true {
      switch xmlTextReaderRead(reader) {
      case 1: continue
      case 0: return
      default: throw failure()
      }
    }
  }

  private static func start(_ reader: xmlTextReaderPtr) -> XMLElement {
    var element = XMLElement(String(cString: xmlTextReaderConstName(reader)))
    while xmlTextReaderMoveToNextAttribute(reader) == 1 {
      let value = xmlTextReaderConstValue(reader).map { String(cString: $0) } ?? ""
      element.attributes.append((String(cString: xmlTextReaderConstName(reader)), value))
    }
    xmlTextReaderMoveToElement(reader)
    return element
  }

  private static let documentTypeMessage =
    "a document type or an entity is not allowed in a job document"

  /// Closes the innermost element; returns it when it was the root.
  private static func close(_ open: inout [XMLElement]) -> XMLElement? {
    let element = open.removeLast()
    if open.isEmpty { return element }
    open[open.count - 1].children.append(element)
    return nil
  }

  private static func failure() -> JobFormatError {
    guard let error = xmlGetLastError() else {
      return .malformed(line: nil, "not valid XML")
    }
    // libxml2 reads ahead and may see that entities multiply before it shows the document type.
    if error.pointee.code == Int32(bitPattern: XML_ERR_ENTITY_LOOP.rawValue) {
      return .refused(documentTypeMessage)
    }
    let message = error.pointee.message.map { String(cString: $0) } ?? ""
    let text = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    return .malformed(line: Int(error.pointee.line), "not valid XML: \(text)")
  }
}
