/// How an `HTTPClient` behaves for all its requests.
public struct HTTPClientConfiguration: Sendable, Hashable {
  /// Which versions of HTTP are spoken.
  public enum Version: Sendable, Hashable {
    /// HTTP/1.1 only: the faster one for few requests at once, and the one that takes the least memory.
    case http1
    /// HTTP/2 where the server offers it in TLS, else HTTP/1.1.
    case http2
  }

  /// Where requests go first.
  public enum Proxy: Sendable, Hashable {
    /// As `http_proxy`, `https_proxy` and `no_proxy` in the environment say.
    case environment
    /// Straight to the server whatever the environment says.
    case none
    /// To this proxy, e.g. `http://proxy:3128`.
    case url(String)
  }

  /// Whether servers must prove who they are.
  public enum Verification: Sendable, Hashable {
    /// The certificate must be trusted and name the host.
    case full
    /// Anyone is believed. Only ever because a user asked for it in so many words.
    case off
  }

  /// A PEM file with the only certificates to trust; nil trusts the system's.
  public var certificateAuthorityFile: String?
  /// Whether servers must prove who they are.
  public var verification: Verification = .full
  /// The versions of HTTP.
  public var version: Version = .http1
  /// The proxy.
  public var proxy: Proxy = .environment
  /// What `User-Agent` says.
  public var userAgent = "quarterdeck"
  /// How many unused connections are kept at most.
  public var keptConnections = 8
  /// How many bytes of an answer may wait for their reader before the server has to wait.
  public var receiveBuffer = 64 * 1024

  /// The defaults.
  public init() {}
}
