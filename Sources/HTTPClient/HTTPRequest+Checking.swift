extension HTTPRequest {
  /// Throws `badURL` or `badRequest` for characters that would let one request smuggle another.
  func check() throws(HTTPClientError) {
    guard url.utf8.allSatisfy({ $0 > 32 && $0 != 127 }), !url.isEmpty else {
      throw HTTPClientError(.badURL, message: "blank or control character in it", request: label)
    }
    guard !method.isEmpty, method.utf8.allSatisfy(Self.isTokenByte) else {
      throw HTTPClientError(.badRequest, message: "not a method: \(method)", request: label)
    }
    for field in headers.fields {
      let isFine =
        !field.name.isEmpty && field.name.utf8.allSatisfy(Self.isTokenByte)
        && field.value.utf8.allSatisfy { $0 >= 32 || $0 == 9 }
      guard isFine else {
        throw HTTPClientError(
          .badRequest, message: "bad header field \(field.name)", request: label)
      }
    }
    if let problem = signing?.problem(with: headers) {
      throw HTTPClientError(.badRequest, message: problem, request: label)
    }
  }

  /// Method and address without user information, query and fragment.
  var label: String {
    let address = url.prefix { $0 != "?" && $0 != "#" }
    let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[1].isEmpty, let at = parts[2].lastIndex(of: "@") else {
      return "\(method) \(address)"
    }
    let host = parts[2][parts[2].index(after: at)...]
    return ([method + " " + parts[0], "", String(host)] + parts[3...].map(String.init))
      .joined(separator: "/")
  }

  /// A byte of a token (RFC 9110, section 5.6.2).
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
