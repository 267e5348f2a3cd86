import Model

/// Addresses that steps write: values are percent-encoded where they are put in, and redirects are followed only to
/// http and https.
enum StepAddress {
  /// Replaces the references of an address. A value that the address begins with is an address itself; every other
  /// one stays a part of a path or of a query, whatever is in it.
  static func expand(
    _ address: String, _ expansion: ReferenceExpansion
  ) throws(ExpansionOverrun) -> String {
    var start = ""
    var rest = address[...]
    if let first = ReferenceExpansion.reference(at: rest) {
      start = expansion.value(first)
      rest = Substring(rest.utf8.dropFirst(first.length))
    }
    return start
      + (try expansion.expand(String(rest)) { value, _ in PercentEncoding.encode(value) })
  }

  /// `http` or `https`, or nil for anything else.
  static func isHTTP(_ address: String) -> Bool {
    let scheme = address.prefix { $0 != ":" }.lowercased()
    return (scheme == "http" || scheme == "https")
      && address.dropFirst(scheme.count).hasPrefix("://")
  }

  /// Scheme, host and port: what credentials are for.
  static func origin(_ address: String) -> Substring {
    guard let start = address.firstRange(of: "://") else { return address[...] }
    let end = address[start.upperBound...].firstIndex { "/?#".contains($0) } ?? address.endIndex
    return address[..<end]
  }

  /// Where a redirect leads that came from `base` (RFC 3986, 5.2, without removing `..`, which servers do).
  static func resolve(_ location: String, from base: String) -> String {
    if location.hasPrefix("//") { return base.prefix { $0 != ":" } + ":" + location }
    let scheme = location.prefix {
      $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0))
    }
    if !scheme.isEmpty, location.dropFirst(scheme.count).hasPrefix(":") { return location }
    let origin = origin(base)
    if location.hasPrefix("/") { return origin + location }
    let path = base.dropFirst(origin.count).prefix { $0 != "?" && $0 != "#" }
    if location.hasPrefix("?") { return origin + path + location }
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
    return origin + folder + location
  }
}
