import Model

extension JobOption {
  /// The JSON path of `configRemoteUrl`.
  var jsonFilter: String? { remoteSetting("jsonFilter") }

  /// How the server of its values is to know who asks; nil: it need not. Throws `badAddress` for a kind without what it needs.
  func remoteAuthentication() throws(RemoteValuesError) -> RemoteAuthentication? {
    let name =
      remoteSetting("authenticationType")
      ?? kept["remoteUrlAuthenticationType"]?.scalarText.flatMap { $0.isEmpty ? nil : $0 }
    guard let name else { return nil }
    guard let kind = RemoteAuthentication.Kind(rawValue: name) else {
      throw .badAddress("the authentication type \(name) is not known")
    }
    let secret = kind == .basic ? "passwordStoragePath" : "tokenStoragePath"
    guard let path = remoteSetting(secret) else {
      throw .badAddress("the authentication type \(name) needs configRemoteUrl.\(secret)")
    }
    let keyName = remoteSetting("keyName")
    if kind == .apiKey, keyName == nil {
      throw .badAddress("the authentication type \(name) needs configRemoteUrl.keyName")
    }
    let reporter = remoteSetting("apiTokenReporter") ?? "HEADER"
    return RemoteAuthentication(
      kind: kind, username: remoteSetting("username") ?? "", keyName: keyName ?? "",
      isInQuery: reporter.uppercased() != "HEADER", secretPath: path)
  }

  private func remoteSetting(_ key: String) -> String? {
    kept["configRemoteUrl"]?[key]?.scalarText.flatMap { $0.isEmpty ? nil : $0 }
  }
}

/// Base64 (RFC 4648), for a header field.
enum Base64 {
  static func text(of bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      let number = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
      for place in 0..<4 {
        let letter = letters[number >> (18 - 6 * place) & 63]
        result.append(place <= part.count ? letter : UInt8(ascii: "="))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
