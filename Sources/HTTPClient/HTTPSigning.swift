/// Has libcurl sign a request with AWS Signature Version 4 (`CURLOPT_AWS_SIGV4`).
///
/// libcurl 7.88 signs what it is given without putting it into canonical form, later versions do both, so that a
/// request which is canonical from the start is signed rightly by all of them. It is the caller who must
/// - percent-encode the path by AWS's rule (everything but letters, digits and `-._~/`);
/// - sort the query by name, with a `=` after each name (`?uploads=`, not `?uploads`);
/// - give `x-amz-content-sha256`: libcurl does not hash a body that it reads piece by piece.
///
/// All header fields of the request are signed. `HTTPClient` refuses what libcurl would sign wrongly: fields
/// without a value, and two fields of which one's name is the beginning of the other's and goes on with a `-` or a
/// digit, since libcurl sorts whole lines and `-` comes before `:`.
public struct HTTPSigning: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  /// The region of the credential's scope, e.g. `us-east-1`.
  public var region: String
  /// The service of the credential's scope, e.g. `s3`.
  public var service: String
  /// The public half of the credential.
  public var accessKey: String
  /// The secret half. Never part of a message.
  public var secretKey: String

  /// What to sign with.
  public init(region: String, service: String, accessKey: String, secretKey: String) {
    self.region = region
    self.service = service
    self.accessKey = accessKey
    self.secretKey = secretKey
  }

  public var description: String { "\(service) in \(region) as \(accessKey)" }
  public var customMirror: Mirror { Mirror(self, children: ["scope": description]) }

  /// libcurl's form of it.
  var parameters: String { "aws:amz:\(region):\(service)" }

  /// What libcurl would sign wrongly, or nil.
  func problem(with headers: HTTPHeaders) -> String? {
    for part in [region, service] {
      guard (1...64).contains(part.utf8.count), part.utf8.allSatisfy(Self.isScopeByte) else {
        return "region or service cannot be signed for: \(part)"
      }
    }
    if let empty = headers.fields.first(where: { $0.value.isEmpty }) {
      return "\(empty.name) has no value and cannot be signed"
    }
    return clash(among: headers.fields.map { $0.name.lowercased() })
  }

  private func clash(among names: [String]) -> String? {
    for name in names {
      for other in names where other.utf8.count > name.utf8.count && other.hasPrefix(name) {
        let next = other.utf8[other.utf8.index(other.utf8.startIndex, offsetBy: name.utf8.count)]
        if next < UInt8(ascii: ":") { return "\(name) and \(other) cannot be signed together" }
      }
    }
    return nil
  }

  private static func isScopeByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }
}
