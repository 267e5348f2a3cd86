/// Whether a request that a browser sends with a session cookie comes from our own pages.
///
/// Only unsafe methods are looked at, and only for sessions: a token is never sent by a browser on its
/// own account. `Origin` counts, else `Referer`; a request with neither did not come from a page of
/// another site in any current browser, because those send `Origin` with every cross-site POST.
public enum RequestOrigin {
  /// `host` is the request's `Host`; `base` the configured address of this cluster, if any.
  public static func isOurs(origin: String?, referer: String?, host: String?, base: String?) -> Bool
  {
    guard let source = origin ?? referer else { return true }
    guard let authority = authority(of: source) else { return false }
    if let host, authority == normalized(host) { return true }
    return base.flatMap(Self.authority(of:)) == authority
  }

  private static func authority(of url: String) -> String? {
    guard let start = url.range(ofScheme: "://") else { return nil }
    let rest = url[start...]
    let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
    guard end > start else { return nil }
    return normalized(String(rest[..<end]))
  }

  private static func normalized(_ authority: String) -> String {
    let lower = authority.lowercased()
    for suffix in [":80", ":443"] where lower.hasSuffix(suffix) {
      return String(lower.dropLast(suffix.count))
    }
    return lower
  }
}

extension String {
  /// Where the text after the first occurrence of `mark` begins.
  fileprivate func range(ofScheme mark: String) -> String.Index? {
    var index = startIndex
    while index < endIndex {
      if self[index...].hasPrefix(mark) { return self.index(index, offsetBy: mark.count) }
      index = self.index(after: index)
    }
    return nil
  }
}
