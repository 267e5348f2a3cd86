/// The plugins that a member has now.
public protocol InstalledPlugins: Sendable {
  /// The newest provider of that name; nil when the member has none.
  func find(_ id: PluginProvider.ID) -> InstalledProvider?
  /// All providers, by service and name.
  var all: [InstalledProvider] { get }
}

/// A provider with the plugin that it belongs to.
public struct InstalledProvider: Sendable, Hashable {
  public var provider: PluginProvider
  public var plugin: PluginArchive
  /// The plugin's file on the member's host.
  public var file: String

  public init(provider: PluginProvider, plugin: PluginArchive, file: String) {
    self.provider = provider
    self.plugin = plugin
    self.file = file
  }
}

/// For members and tests without plugins.
public struct NoPlugins: InstalledPlugins {
  public init() {}
  public func find(_ id: PluginProvider.ID) -> InstalledProvider? { nil }
  public var all: [InstalledProvider] { [] }
}

/// A fixed set of plugins.
public struct PluginSet: InstalledPlugins {
  private let providers: [PluginProvider.ID: InstalledProvider]

  /// Of providers of one name the one of the newest plugin counts; of two of one version the first.
  public init(_ plugins: [(plugin: PluginArchive, file: String)] = []) {
    var providers: [PluginProvider.ID: InstalledProvider] = [:]
    for (plugin, file) in plugins {
      for provider in plugin.providers {
        if let other = providers[provider.id],
          !PluginVersion.isNewer(plugin.version, than: other.plugin.version)
        {
          continue
        }
        providers[provider.id] = InstalledProvider(provider: provider, plugin: plugin, file: file)
      }
    }
    self.providers = providers
  }

  public func find(_ id: PluginProvider.ID) -> InstalledProvider? { providers[id] }

  public var all: [InstalledProvider] {
    providers.values.sorted {
      ($0.provider.service.rawValue, $0.provider.name)
        < ($1.provider.service.rawValue, $1.provider.name)
    }
  }
}

/// The order of versions: numbers by their size, other parts by their letters.
enum PluginVersion {
  static func isNewer(_ version: String, than other: String) -> Bool {
    let (left, right) = (parts(version), parts(other))
    for index in 0..<max(left.count, right.count) {
      let (one, two) = (part(left, index), part(right, index))
      if one == two { continue }
      if let one = Int(one), let two = Int(two) {
        if one == two { continue }
        return one > two
      }
      return one > two
    }
    return false
  }

  private static func parts(_ version: String) -> [Substring] {
    version.split { ".-_+".contains($0) }
  }

  /// A missing part counts as zero.
  private static func part(_ parts: [Substring], _ index: Int) -> Substring {
    index < parts.count ? parts[index] : "0"
  }
}
