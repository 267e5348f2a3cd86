public import ScriptPlugin
import Synchronization

/// The plugins that a member has, as they are in its folder now. Whoever runs one has taken it before: a file that is
/// removed meanwhile changes nothing for him.
public final class PluginShelf: InstalledPlugins {
  private let plugins = Mutex(PluginSet())

  public init() {}

  public func find(_ id: PluginProvider.ID) -> InstalledProvider? {
    plugins.withLock { $0 }.find(id)
  }

  public var all: [InstalledProvider] { plugins.withLock { $0 }.all }

  func put(_ set: PluginSet) { plugins.withLock { $0 = set } }
}
