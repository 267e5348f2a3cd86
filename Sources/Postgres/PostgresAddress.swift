import CLibPQ

/// Where a PostgreSQL server is, as libpq wants it.
///
/// Takes libpq's own forms (`postgresql://…`, with several hosts and every parameter that libpq knows,
/// or `host=… dbname=…`) as they are, and JDBC's (`jdbc:postgresql://host:port/database?name=value`)
/// translated.
public struct PostgresAddress: Sendable, Hashable {
  /// A connection string of libpq, without what `parameters` says.
  public let connectionString: String
  /// What overrides the connection string: `user` and `password` given on their own.
  public let parameters: [String: String]

  /// Reads `url`; `username` and `password` override what it says.
  ///
  /// Throws `PostgresAddressError` when it is none of the three forms, when libpq cannot read it, or
  /// when it has a JDBC parameter that has no counterpart in libpq.
  public init(
    _ url: String, username: String? = nil, password: String? = nil
  ) throws(PostgresAddressError) {
    var parameters: [String: String] = [:]
    parameters["user"] = username
    parameters["password"] = password
    self.parameters = parameters
    if url.hasPrefix("jdbc:postgresql:") {
      connectionString = try JDBCAddress.translate(url)
    } else if url.hasPrefix("postgresql://") || url.hasPrefix("postgres://")
      || (!url.contains("://") && url.contains("="))
    {
      connectionString = url
    } else {
      throw PostgresAddressError(
        message: "not a postgresql:// or jdbc:postgresql:// URL, nor libpq's name=value form")
    }
    try Self.check(connectionString)
  }

  /// libpq's message about a text that it cannot read repeats parts of the text, where the password may
  /// be: only what it says before its first quotation is passed on.
  private static func check(_ text: String) throws(PostgresAddressError) {
    var message: UnsafeMutablePointer<CChar>?
    if let options = PQconninfoParse(text, &message) { return PQconninfoFree(options) }
    defer { PQfreemem(message) }
    let words = message.map { String(cString: $0) } ?? ""
    let reason = words.prefix { $0 != "\"" }.trimmingBlanks
    throw PostgresAddressError(message: "libpq cannot read it (\(reason) …)")
  }

  /// Keywords for libpq: the connection string goes in as `dbname`, what follows it overrides it.
  var keywords: [(String, String)] {
    [("dbname", connectionString)]
      + parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

/// Why an address was not understood. It never repeats the address, which may hold a password.
public struct PostgresAddressError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong with it.
  public let message: String
  public var description: String { message }
}

extension Substring {
  fileprivate var trimmingBlanks: Substring {
    let left = drop { $0.isWhitespace }
    return left.lastIndex { !$0.isWhitespace }.map { left[...$0] } ?? ""
  }
}
