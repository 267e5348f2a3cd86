/// Asks plugins for the values of options: the seam for whoever runs them.
public protocol OptionValuePlugins: Sendable {
  /// What the plugin lists for options of jobs of that project, in its order; answered within `patience`.
  ///
  /// Throws `RemoteValuesError.plugin` when it fails, does not end in time or lists nothing that can be read.
  func values(
    by plugin: String, in project: String, within patience: Duration
  ) async throws(RemoteValuesError) -> [OptionChoice]
}

/// No plugins.
public struct NoOptionValuePlugins: OptionValuePlugins {
  public init() {}

  public func values(
    by plugin: String, in project: String, within patience: Duration
  ) async throws(RemoteValuesError) -> [OptionChoice] {
    throw .plugin(plugin, reason: "this member runs no plugins for values")
  }
}
