/// Why there are no remote values. The texts name the address without user information and query, and never a secret.
public enum RemoteValuesError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The address cannot be asked.
  case badAddress(String)
  /// The secret that the server is to be shown cannot be had.
  case noSecret(path: String, KeyStorageError)
  /// Nobody answered, or not in time.
  case unreachable(String)
  /// The answer is no success.
  case status(Int, address: String)
  /// The answer is no list of values; the text says where.
  case unreadable(String)
  /// The plugin that lists them did not, for that reason.
  case plugin(String, reason: String)

  public var description: String {
    switch self {
    case .badAddress(let reason), .unreachable(let reason), .unreadable(let reason): reason
    case .noSecret(let path, let error): "the secret \(path) cannot be had: \(error)"
    case .plugin(let name, let reason):
      "the option values plugin '\(name)' failed: \(reason)"
    case .status(let status, let address): "\(address) answered with status \(status)"
    }
  }
}
