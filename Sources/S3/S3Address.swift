/// Builds the addresses of a bucket and its objects in the one form that is signed rightly.
struct S3Address: Sendable {
  /// Scheme, host and port, and the path before any key, without a slash at its end.
  let base: String

  init(_ configuration: S3Configuration) throws(S3Error) {
    let bucket = configuration.bucket
    guard (3...255).contains(bucket.utf8.count), bucket.utf8.allSatisfy(Self.isBucketByte) else {
      throw S3Error(.badRequest, "not the name of a bucket: \(bucket)")
    }
    guard !configuration.region.isEmpty else { throw S3Error(.badRequest, "no region is given") }
    let endpoint = configuration.endpoint ?? Self.amazon(configuration.region)
    let (scheme, host, path) = try Self.parts(of: endpoint)
    let isPathStyle =
      configuration.isPathStyle || Self.isAddress(host) || !Self.isLabel(bucket)
    let prefix = Self.encode(path, keeping: UInt8(ascii: "/"))
    base =
      isPathStyle
      ? "\(scheme)://\(host)\(prefix)/\(bucket)" : "\(scheme)://\(bucket).\(host)\(prefix)"
  }

  /// The address of an object, or of the bucket without a key.
  func url(key: String? = nil, query: [(String, String)] = []) throws(S3Error) -> String {
    var url = base + "/"
    if let key {
      try Self.check(key)
      url += Self.encode(key, keeping: UInt8(ascii: "/"))
    }
    guard !query.isEmpty else { return url }
    let pairs = query.map { (Self.encode($0.0), Self.encode($0.1)) }
      .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    return url + "?" + pairs.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
  }

  /// Percent-encodes all but the unreserved characters of RFC 3986.
  static func encode(_ text: some StringProtocol, keeping kept: UInt8? = nil) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if isUnreserved(byte) || byte == kept {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Throws `badRequest` for keys that some server or some way to it would read as another.
  static func check(_ key: String) throws(S3Error) {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    guard !key.isEmpty, key.utf8.count <= 1024, !key.hasPrefix("/"),
      !parts.contains(where: { $0 == "." || $0 == ".." }),
      key.utf8.allSatisfy({ $0 >= 32 && $0 != 127 })
    else {
      throw S3Error(
        .badRequest,
        "not a key: 1 to 1024 bytes, no slash at its beginning, no '.' or '..' in the path, no control characters: \(key)"
      )
    }
  }

  private static func amazon(_ region: String) -> String {
    "https://s3.\(region).amazonaws.com" + (region.hasPrefix("cn-") ? ".cn" : "")
  }

  private static func parts(
    of endpoint: String
  ) throws(S3Error) -> (scheme: String, host: String, path: String) {
    let pieces = endpoint.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    let host = pieces.count > 2 ? String(pieces[2]).lowercased() : ""
    guard pieces.count > 2, ["http:", "https:"].contains(pieces[0].lowercased()), pieces[1].isEmpty,
      !host.isEmpty, host.utf8.allSatisfy(isHostByte), !endpoint.contains("?"),
      !endpoint.contains("#")
    else {
      throw S3Error(
        .badRequest, "not an endpoint, which looks like https://host:port/path: \(endpoint)")
    }
    var path = pieces.count > 3 ? "/" + pieces[3] : ""
    while path.hasSuffix("/") { path.removeLast() }
    return (String(pieces[0].lowercased().dropLast()), host, path)
  }

  private static func isAddress(_ host: String) -> Bool {
    if host.hasPrefix("[") { return true }
    let name = host.prefix { $0 != ":" }
    return name.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
  }

  /// Whether the bucket's name can be a part of a host's name that a certificate with `*` covers.
  private static func isLabel(_ bucket: String) -> Bool {
    bucket.utf8.count <= 63 && !bucket.hasPrefix("-") && !bucket.hasSuffix("-")
      && bucket.utf8.allSatisfy {
        (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-")
      }
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122: true
    default: "-._~".utf8.contains(byte)
    }
  }

  private static func isBucketByte(_ byte: UInt8) -> Bool { isUnreserved(byte) && byte != 126 }
  private static func isHostByte(_ byte: UInt8) -> Bool {
    isUnreserved(byte) || ":[]".utf8.contains(byte)
  }
}
