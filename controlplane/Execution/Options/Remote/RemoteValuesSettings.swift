/// How servers are asked for options' values.
public struct RemoteValuesSettings: Sendable, Hashable {
  /// Without a byte for so long, a server counts as silent (`rundeck.jobs.options.remoteUrlTimeout`).
  public var timeout = Duration.seconds(10)
  /// Until the connection stands (`rundeck.jobs.options.remoteUrlConnectionTimeout`); nil: as long as the whole may take.
  public var connectTimeout: Duration?
  /// How often a server that hangs up without an answer is asked again (`rundeck.jobs.options.remoteUrlRetry`).
  public var retries = 5
  /// The largest answer in bytes.
  public var answerBytes = 4 << 20
  /// How long one answer may take altogether.
  public var wholeTime = Duration.seconds(60)
  /// The folder whose files `file:` addresses may name; nil: none.
  public var folder: String?

  public init() {}
}

/// A secret that a server is shown.
enum RemoteCredential: Sendable, Hashable {
  case header(name: String, value: String)
  case query(name: String, value: String)
}

/// How an option's `configRemoteUrl` says that the server is to know who asks.
struct RemoteAuthentication: Sendable, Hashable {
  enum Kind: String, Sendable, Hashable {
    case basic = "BASIC"
    case apiKey = "API_KEY"
    case bearer = "BEARER_TOKEN"
  }

  var kind: Kind
  /// Of BASIC.
  var username: String
  /// Of API_KEY: the header field or parameter.
  var keyName: String
  /// Whether an API key goes into the address.
  var isInQuery: Bool
  /// Where the secret is stored.
  var secretPath: String

  /// What the server is shown.
  func credential(_ secret: String) -> RemoteCredential {
    switch kind {
    case .basic:
      let bytes = Array("\(username):\(secret)".utf8)
      return .header(name: "Authorization", value: "Basic " + Base64.text(of: bytes))
    case .bearer: return .header(name: "Authorization", value: "Bearer \(secret)")
    case .apiKey:
      return isInQuery
        ? .query(name: keyName, value: secret) : .header(name: keyName, value: secret)
    }
  }
}
