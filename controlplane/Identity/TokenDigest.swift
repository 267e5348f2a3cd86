import Cryptography

/// What is stored of a token or a session cookie: its SHA-256 in lower-case hex. The texts have 160 and
/// more random bits, so a plain digest is enough and lets the database find it by equality.
public enum TokenDigest {
  public static func of(_ token: String) -> String {
    Digest.hex(token)
  }
}
