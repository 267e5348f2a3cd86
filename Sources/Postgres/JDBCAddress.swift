/// JDBC's way to write a PostgreSQL address. Source: the PostgreSQL JDBC driver's documentation,
/// "Initializing the Driver": `jdbc:postgresql:[//host[:port][,host:port…]/][database][?name=value&…]`.
enum JDBCAddress {
  /// The same address as libpq writes it.
  static func translate(_ url: String) throws(PostgresAddressError) -> String {
    var rest = url.dropFirst("jdbc:postgresql:".count)
    var query: Substring = ""
    if let mark = rest.firstIndex(of: "?") {
      query = rest[rest.index(after: mark)...]
      rest = rest[..<mark]
    }
    let place = rest.hasPrefix("//") ? String(rest.dropFirst(2)) : "localhost/" + rest
    var parameters: [String] = []
    for pair in query.split(separator: "&") {
      if let translated = try parameter(pair) { parameters.append(translated) }
    }
    let suffix = parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")
    return "postgresql://\(place.contains("/") ? place : place + "/")\(suffix)"
  }

  private static func parameter(_ pair: Substring) throws(PostgresAddressError) -> String? {
    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let (name, value) = (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    if silent.contains(name) { return nil }
    switch name {
    case "ssl": return value == "true" || value.isEmpty ? "sslmode=verify-full" : nil
    case "targetServerType":
      guard let attribute = serverTypes[value] else { throw unknown(name, value) }
      return "target_session_attrs=\(attribute)"
    case "loadBalanceHosts": return nil
    default:
      guard let ours = same[name] else { throw unknown(name, value) }
      return "\(ours)=\(value)"
    }
  }

  private static func unknown(_ name: String, _ value: String) -> PostgresAddressError {
    let shown = name.lowercased().contains("password") ? "" : "=\(value)"
    return PostgresAddressError(
      message: "the JDBC parameter \(name)\(shown) has no counterpart here; use a postgresql:// URL"
    )
  }

  /// Names that mean the same in libpq.
  private static let same = [
    "user": "user", "password": "password", "ApplicationName": "application_name",
    "sslmode": "sslmode", "sslrootcert": "sslrootcert", "sslcert": "sslcert", "sslkey": "sslkey",
    "connectTimeout": "connect_timeout", "options": "options", "gssEncMode": "gssencmode",
    "channelBinding": "channel_binding", "application_name": "application_name",
  ]

  /// What only tunes the JDBC driver itself.
  private static let silent: Set<String> = [
    "prepareThreshold", "preparedStatementCacheQueries", "preparedStatementCacheSizeMiB",
    "defaultRowFetchSize", "reWriteBatchedInserts", "binaryTransfer", "loggerLevel", "loginTimeout",
    "socketTimeout", "tcpKeepAlive", "stringtype", "autosave", "cancelSignalTimeout",
    "hostRecheckSeconds", "assumeMinServerVersion",
  ]

  private static let serverTypes = [
    "any": "any", "primary": "primary", "master": "primary", "secondary": "standby",
    "slave": "standby", "preferSecondary": "prefer-standby", "preferSlave": "prefer-standby",
  ]
}
