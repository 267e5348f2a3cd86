/// Why a plugin's file is refused, for people.
public enum PluginProblem: Error, Sendable, Hashable, CustomStringConvertible {
  case zip(ZipError)
  /// The file has not the shape that a plugin has.
  case shape(String)
  /// `plugin.yaml` says something that is not allowed; the field is a path such as `providers[0].config[1].type`.
  case metadata(field: String, String)

  public var description: String {
    switch self {
    case .zip(let error): "\(error)"
    case .shape(let reason): reason
    case .metadata(let field, let reason): "plugin.yaml, \(field): \(reason)"
    }
  }
}
