/// Where mail is handed over, and how.
public struct MailServer: Sendable, Hashable {
  /// How the connection is protected.
  public enum Security: Sendable, Hashable {
    /// Not at all.
    case none
    /// By STARTTLS, without which nothing is sent.
    case startTLS
    /// By TLS from the first byte on.
    case tls
  }

  public var host: String
  public var port: Int
  public var security: Security
  /// With it the server is to know who sends.
  public var user: String?
  public var password: String?
  /// Whether the server's certificate must be trusted and name the host.
  public var verifiesCertificate = true
  /// A PEM file with the only certificates to trust; nil trusts the system's.
  public var certificateAuthorityFile: String?
  /// What this host says it is called.
  public var hello: String?
  /// Until the connection is there.
  public var connectTimeout: Duration = .seconds(15)
  /// For the whole handing over.
  public var timeout: Duration = .seconds(60)

  public init(
    host: String = "localhost", port: Int = 25, security: Security = .none, user: String? = nil,
    password: String? = nil
  ) {
    self.host = host
    self.port = port
    self.security = security
    self.user = user
    self.password = password
  }

  /// Its address for libcurl.
  var url: String {
    let scheme = security == .tls ? "smtps" : "smtp"
    let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    return "\(scheme)://\(name):\(port)/" + (hello.map { "\($0)" } ?? "")
  }
}

/// What the server answered to a message that it took.
public struct MailReceipt: Sendable, Hashable {
  public let code: Int
  public let text: String
}

/// Why a message was not handed over.
public struct MailError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The server's reply code, when it refused.
  public let code: Int?
  /// What happened, for a human: the server's words, or libcurl's. Never a password.
  public let message: String
  /// Whether the same message may well be taken later.
  public let isTransient: Bool
  /// Whether the caller was cancelled.
  public let isCancelled: Bool

  public init(code: Int?, message: String, isTransient: Bool, isCancelled: Bool = false) {
    self.code = code
    self.message = message
    self.isTransient = isTransient
    self.isCancelled = isCancelled
  }

  public var description: String { message }
}
