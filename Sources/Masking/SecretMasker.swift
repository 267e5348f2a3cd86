/// Finds secrets in bytes.
public struct SecretMasker: Sendable {
  public init(secrets: [[UInt8]]) {}
}
