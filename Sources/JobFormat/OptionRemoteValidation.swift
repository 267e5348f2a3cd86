import Model

extension JobOption {
  /// What is wrong with how the values are fetched from `valuesUrl`.
  var remoteProblems: [JobProblem] {
    var problems: [JobProblem] = []
    if let type = kept["remoteUrlAuthenticationType"]?.scalarText, !type.isEmpty,
      !RemoteAuthentication.types.contains(type)
    {
      let allowed = RemoteAuthentication.types.joined(separator: ", ")
      problems.append(
        JobProblem(
          field: "remoteUrlAuthenticationType", value: type,
          message: "The authentication type must be in the list: \(allowed)"))
    }
    if let filter = kept["configRemoteUrl"]?["jsonFilter"]?.scalarText, !filter.isEmpty,
      !JSONPathSyntax.isPlausible(filter)
    {
      problems.append(
        JobProblem(
          field: "configRemoteUrl.jsonFilter", value: filter,
          message: "The Remote URL Json Path Filter has an invalid syntax"))
    }
    return problems
  }
}

/// How a remote source of values knows who asks.
enum RemoteAuthentication {
  static let types = ["BASIC", "API_KEY", "BEARER_TOKEN"]
}

/// What can be told of a JSON path without a document to apply it to.
enum JSONPathSyntax {
  /// Whether brackets and quotes are closed in their order and something follows each dot at the end.
  static func isPlausible(_ path: String) -> Bool {
    var open: [UInt8] = []
    var quote: UInt8?
    var isEscaped = false
    for byte in path.utf8 {
      if isEscaped {
        isEscaped = false
      } else if let end = quote {
        if byte == UInt8(ascii: "\\") { isEscaped = true }
        if byte == end { quote = nil }
      } else if !take(byte, &open, &quote) {
        return false
      }
    }
    return open.isEmpty && quote == nil && path.utf8.last != UInt8(ascii: ".")
  }

  /// One byte outside of quotes; false for a bracket that closes nothing. Quotes count in brackets only.
  private static func take(_ byte: UInt8, _ open: inout [UInt8], _ quote: inout UInt8?) -> Bool {
    switch byte {
    case UInt8(ascii: "["): open.append(UInt8(ascii: "]"))
    case UInt8(ascii: "("): open.append(UInt8(ascii: ")"))
    case UInt8(ascii: "]"), UInt8(ascii: ")"): return open.popLast() == byte
    case UInt8(ascii: "'"), UInt8(ascii: "\""): if !open.isEmpty { quote = byte }
    default: break
    }
    return true
  }
}
