/// A certificate for TLS that vouches for itself, with its private key: for trying things out, for
/// tests, and for a member that has no certificate of an authority yet.
public struct SelfSignedCertificate: Sendable, Hashable {
  /// The certificate in PEM: what clients trust as their CA file and the server presents.
  public let certificatePEM: String
  /// The private key (EC P-256, PKCS #8) in PEM; belongs in a file of mode 0600.
  public let privateKeyPEM: String

  /// Makes a certificate and its key.
  ///
  /// - Parameters:
  ///   - hosts: what it is valid for, one at least: host names (`*.` in front is allowed) and IP
  ///     addresses; the first is its common name.
  ///   - validFor: how long it is valid from `now`; it starts an hour earlier, for clocks that lag.
  ///   - now: seconds since 1970-01-01T00:00:00Z.
  /// Throws `badArgument` for an empty list, a host that is no name or address, or no positive time.
  public static func make(
    hosts: [String], validFor: Duration, now: Int64
  ) throws(CryptographyError) -> SelfSignedCertificate {
    guard !hosts.isEmpty, validFor > .zero else {
      throw CryptographyError(
        .badArgument, operation: "certificate", reason: "needs a host and a positive time")
    }
    var names: [String] = []
    for host in hosts { names.append(try subjectAlternativeName(host)) }
    let builder = try CertificateBuilder()
    try builder.setValidity(from: now - 3600, until: now + validFor.components.seconds)
    try builder.setName(String(hosts[0].prefix(64)))
    try builder.addExtensions(subjectAlternativeNames: names)
    try builder.sign()
    return SelfSignedCertificate(
      certificatePEM: try builder.certificatePEM(), privateKeyPEM: try builder.privateKeyPEM())
  }

  private static func subjectAlternativeName(_ host: String) throws(CryptographyError) -> String {
    let allowed = host.utf8.allSatisfy { byte in
      switch byte {
      case 48...57, 65...90, 97...122: true
      case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "*"): true
      default: false
      }
    }
    guard allowed, !host.isEmpty else {
      throw CryptographyError(
        .badArgument, operation: "certificate", reason: "not a host or an address: \(host)")
    }
    let isAddress = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
    return (isAddress ? "IP:" : "DNS:") + host
  }
}
