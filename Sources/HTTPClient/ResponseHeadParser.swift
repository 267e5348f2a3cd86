/// Puts the header lines that libcurl brings together to one head. Interim answers (1xx) are passed over.
struct ResponseHeadParser {
  private var status = 0
  private var headers = HTTPHeaders()
  private var isComplete = false

  /// Takes one line with its end; the head when it is complete with this line.
  mutating func take(_ line: UnsafeRawBufferPointer) -> HTTPResponseHead? {
    guard !isComplete else { return nil }
    let text = String(decoding: line, as: UTF8.self)
      .trimmed { $0 == "\r\n" || $0 == "\r" || $0 == "\n" }
    if text.hasPrefix("HTTP/") {
      begin(text)
    } else if text.isEmpty {
      return end()
    } else if let colon = text.firstIndex(of: ":") {
      let value = text[text.index(after: colon)...].trimmed { $0 == " " || $0 == "\t" }
      headers.append(String(text[..<colon]), String(value))
    }
    return nil
  }

  private mutating func begin(_ statusLine: Substring) {
    headers = HTTPHeaders()
    let words = statusLine.split(separator: " ", maxSplits: 2)
    status = words.count > 1 ? Int(words[1]) ?? 0 : 0
  }

  private mutating func end() -> HTTPResponseHead? {
    guard status >= 200 || status == 101 else { return nil }
    isComplete = true
    return HTTPResponseHead(status: status, headers: headers)
  }
}

extension StringProtocol where SubSequence == Substring {
  fileprivate func trimmed(_ isBlank: (Character) -> Bool) -> Substring {
    guard let first = firstIndex(where: { !isBlank($0) }),
      let last = lastIndex(where: { !isBlank($0) })
    else { return self[endIndex...] }
    return self[first...last]
  }
}
