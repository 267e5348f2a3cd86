/// One thing that a plugin provides: a script and how it is started.
public struct PluginProvider: Sendable, Hashable {
  public var name: String
  public var service: PluginService
  public var title: String?
  public var description: String?
  /// Its path below `contents/`.
  public var scriptFile: String
  /// One line that is cut into words; nil starts the script itself.
  public var interpreter: String?
  public var arguments: Arguments
  /// Whether script and arguments become one argument of the interpreter.
  public var interpreterArgsQuoted: Bool
  /// The extension of the script's copy on a node, without its dot; nil keeps the script's own name.
  public var scriptExtension: String?
  /// Whether the script sees the environment that steps have besides its own variables.
  public var mergesEnvironment: Bool
  public var properties: [PluginProperty]
  /// `plugin-meta`.
  public var metadata: [String: String]

  /// `script-args`: one line, or each argument by itself.
  public enum Arguments: Sendable, Hashable {
    case line(String)
    case list([String])
  }

  /// What is wrong with a definition's settings: the setting's name and what it must be.
  public func problems(with settings: [String: String]) -> [(name: String, message: String)] {
    properties.filter(\.isOfInstance).compactMap { property in
      property.problem(with: settings[property.name]).map { (property.name, $0) }
    }
  }
}
