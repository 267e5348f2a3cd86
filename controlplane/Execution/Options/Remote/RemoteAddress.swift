/// Where remote values come from, and how patiently: an address without its fragment, and what the fragment says
/// (`#timeout=60;contimeout=5;retry=1`).
struct RemoteAddress: Sendable, Hashable {
  enum Scheme: Sendable, Hashable { case http, https, file }

  let scheme: Scheme
  /// Without the fragment.
  let text: String
  /// Seconds without a byte.
  var timeout: Int?
  /// Seconds until the connection stands.
  var connectTimeout: Int?
  /// How often a server that hangs up without an answer is asked again.
  var retries: Int?

  /// Throws `badAddress` for another scheme, and for characters that no address has.
  init(_ text: String) throws(RemoteValuesError) {
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let address = String(parts.first ?? "")
    guard let scheme = Self.scheme(of: address) else {
      throw .badAddress("\(Self.shown(address)) is no http, https or file address")
    }
    guard address.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) else {
      throw .badAddress("\(Self.shown(address)) has a blank or control character in it")
    }
    self.scheme = scheme
    self.text = address
    guard parts.count == 2 else { return }
    for setting in parts[1].split(whereSeparator: { $0 == ";" || $0 == "&" }) {
      let sides = setting.split(separator: "=", maxSplits: 1)
      guard sides.count == 2, let number = Int(sides[1]), (0...86_400).contains(number) else {
        continue
      }
      switch sides[0] {
      case "timeout": timeout = number
      case "contimeout": connectTimeout = number
      case "retry": retries = number
      default: continue
      }
    }
  }

  /// Where a redirect of this address leads. Throws `badAddress` for anything but http and https.
  func redirected(to location: String) throws(RemoteValuesError) -> RemoteAddress {
    var next = try RemoteAddress(resolve(location))
    guard next.scheme != .file else {
      throw .badAddress("\(shown) redirects to a file, which is not allowed")
    }
    (next.timeout, next.connectTimeout, next.retries) = (timeout, connectTimeout, retries)
    return next
  }

  private func resolve(_ location: String) -> String {
    let place = location.prefix { $0 != "#" }
    if Self.hasScheme(place) { return String(place) }
    if place.hasPrefix("//") { return (scheme == .https ? "https:" : "http:") + place }
    let path = text.prefix { $0 != "?" }
    let start = path.firstRange(of: "://")?.upperBound ?? path.startIndex
    let slash = path[start...].firstIndex(of: "/")
    let root = path[..<(slash ?? path.endIndex)]
    if place.hasPrefix("/") { return String(root + place) }
    guard slash != nil, let last = path.lastIndex(of: "/") else {
      return "\(root)/\(place)"
    }
    return "\(path[...last])\(place)"
  }

  /// Who it belongs to: scheme, host and port. Secrets are shown to nobody else.
  var origin: String {
    let rest = text.dropFirst(scheme == .https ? 8 : 7)
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] }
    return "\(scheme)://" + (host ?? authority).lowercased()
  }

  /// The address for people: without user information and query.
  var shown: String { Self.shown(text) }

  private static func shown(_ address: String) -> String {
    let place = address.prefix(200).prefix { $0 != "?" }
    guard let start = place.firstRange(of: "://")?.upperBound else { return String(place) }
    let authority = place[start...].prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return String(place) }
    return "\(place[..<start])\(place[place.index(after: at)...])"
  }

  private static func scheme(of address: String) -> Scheme? {
    let text = address.lowercased()
    if text.hasPrefix("http://"), text.count > 7 { return .http }
    if text.hasPrefix("https://"), text.count > 8 { return .https }
    return text.hasPrefix("file:") ? .file : nil
  }

  private static func hasScheme(_ text: Substring) -> Bool {
    guard let colon = text.firstIndex(of: ":"), let first = text.first, first.isLetter else {
      return false
    }
    return text[..<colon].allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0))
    }
  }
}
