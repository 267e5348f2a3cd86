/// One part of a `multipart/form-data` body (RFC 7578).
struct MultipartPart: Sendable, Hashable {
  let name: String
  /// Present for an uploaded file, even when it is empty.
  let fileName: String?
  let contentType: String?
  let bytes: [UInt8]
}

/// Takes a `multipart/form-data` body apart.
enum Multipart {
  /// The boundary in a `Content-Type` header; nil without one.
  static func boundary(of contentType: String) -> String? {
    guard let value = attributes(contentType)["boundary"] else { return nil }
    return (1...70).contains(value.utf8.count) ? value : nil
  }

  /// The parts in their order. Throws a 400 for a body that is cut off or has a part without a name.
  static func parts(_ body: [UInt8], boundary: String) throws(APIError) -> [MultipartPart] {
    let mark = Array("--\(boundary)".utf8)
    guard
      var position = body.starts(with: mark)
        ? 0 : find(line + mark, in: body, from: 0).map({ $0 + 2 })
    else { throw .invalidRequest("The multipart body does not have its boundary") }
    var parts: [MultipartPart] = []
    while true {
      position += mark.count
      if body[position...].starts(with: "--".utf8) { return parts }
      while position < body.count, body[position] == 0x20 || body[position] == 0x09 {
        position += 1
      }
      guard body[position...].starts(with: line),
        let end = find(line + mark, in: body, from: position)
      else { throw .invalidRequest("The multipart body ends before its last boundary") }
      parts.append(try part(body[(position + 2)..<max(end, position + 2)]))
      position = end + 2
    }
  }

  private static let line: [UInt8] = [0x0D, 0x0A]

  private static func part(_ bytes: ArraySlice<UInt8>) throws(APIError) -> MultipartPart {
    let all = Array(bytes)
    let head: Int
    let start: Int
    if all.starts(with: line) {
      (head, start) = (0, 2)
    } else if let end = find(line + line, in: all, from: 0) {
      (head, start) = (end, end + 4)
    } else {
      throw .invalidRequest("A part of the multipart body has no end of its headers")
    }
    let headers = headers(String(decoding: all[..<head], as: UTF8.self))
    let disposition = attributes(headers["content-disposition"] ?? "")
    guard let name = disposition["name"] else {
      throw .invalidRequest("A part of the multipart body has no name")
    }
    return MultipartPart(
      name: name, fileName: disposition["filename"], contentType: headers["content-type"],
      bytes: Array(all[start...]))
  }

  /// What a part's headers say. Throws a 400 for a part without a name.
  static func head(_ bytes: [UInt8]) throws(APIError) -> (name: String, fileName: String?) {
    let headers = headers(String(decoding: bytes, as: UTF8.self))
    let disposition = attributes(headers["content-disposition"] ?? "")
    guard let name = disposition["name"] else {
      throw .invalidRequest("A part of the multipart body has no name")
    }
    return (name, disposition["filename"])
  }

  private static func headers(_ text: String) -> [String: String] {
    var headers: [String: String] = [:]
    for line in text.split(separator: "\r\n") {
      let sides = line.split(separator: ":", maxSplits: 1)
      if sides.count == 2 { headers[trimmed(sides[0]).lowercased()] = String(trimmed(sides[1])) }
    }
    return headers
  }

  /// The `name=value` and `name="value"` of a header, names in lower case.
  private static func attributes(_ header: String) -> [String: String] {
    var attributes: [String: String] = [:]
    for part in splitOutsideQuotes(header).dropFirst() {
      let sides = part.split(separator: "=", maxSplits: 1)
      guard sides.count == 2 else { continue }
      var value = trimmed(sides[1])
      if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
        value = value.dropFirst().dropLast()
      }
      attributes[trimmed(sides[0]).lowercased()] = String(value)
    }
    return attributes
  }

  private static func splitOutsideQuotes(_ header: String) -> [Substring] {
    var inside = false
    return header.split { character in
      if character == "\"" { inside.toggle() }
      return character == ";" && !inside
    }
  }

  /// Where `pattern` begins in `bytes`, at or after `start`.
  static func find(_ pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard let first = pattern.first, bytes.count >= pattern.count else { return nil }
    var index = start
    let last = bytes.count - pattern.count
    while index <= last {
      if bytes[index] == first, bytes[index..<(index + pattern.count)].elementsEqual(pattern) {
        return index
      }
      index += 1
    }
    return nil
  }
}
