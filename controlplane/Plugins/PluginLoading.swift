import Dispatch
public import Logging
public import ScriptPlugin
public import ServiceLifecycle
import Synchronization

/// Keeps a shelf as the folder of plugins is: read before the member begins, and again whenever a file appears, changes
/// or goes.
public final class PluginLoading: Service {
  private let shelf: PluginShelf
  private let state: Mutex<State>
  private let pause: Duration
  private let clock: any Clock<Duration>
  private let logger: Logger
  private let queue = DispatchQueue(label: "quarterdeck.plugins")

  private struct State {
    var reader: PluginReader
    /// Why the folder could not be read the last time.
    var problem: String?
  }

  /// - Parameters:
  ///   - path: the folder; there may be none.
  ///   - pause: between two looks at it.
  public init(
    _ path: String, into shelf: PluginShelf, limits: ZipLimits = ZipLimits(),
    every pause: Duration = .seconds(2), clock: any Clock<Duration> = ContinuousClock(),
    logger: Logger
  ) {
    self.shelf = shelf
    state = Mutex(State(reader: PluginReader(PluginFolder(path: path, limits: limits))))
    self.pause = pause
    self.clock = clock
    self.logger = logger
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await self.clock.sleep(for: self.pause)) != nil { await self.look() }
    }
  }

  /// Looks at the folder once and returns when the shelf has what is there.
  public func look() async {
    await withCheckedContinuation { continuation in
      queue.async {
        self.lookNow()
        continuation.resume()
      }
    }
  }

  /// Blocks.
  private func lookNow() {
    state.withLock { state in
      do throws(PluginFolder.Unreadable) {
        let change = try state.reader.look()
        state.problem = nil
        take(change, state.reader.plugins)
      } catch {
        if state.problem != error.description {
          logger.error("The plugins' folder cannot be read", metadata: ["error": "\(error)"])
        }
        state.problem = error.description
      }
    }
  }

  private func take(_ change: PluginReader.Change, _ plugins: PluginSet) {
    guard !change.isEmpty else { return }
    shelf.put(plugins)
    for (name, plugin) in change.loaded.sorted(by: { $0.key < $1.key }) {
      let providers = plugin.providers.map { "\($0.service.rawValue) \($0.name)" }
      logger.info(
        "Plugin loaded",
        metadata: [
          "file": "\(name)", "version": "\(plugin.version)",
          "providers": "\(providers.joined(separator: ", "))",
        ])
      if !plugin.unused.isEmpty {
        logger.warning(
          "A plugin has providers that this version does not run",
          metadata: ["file": "\(name)", "providers": "\(plugin.unused.joined(separator: ", "))"])
      }
    }
    for (name, reason) in change.refused.sorted(by: { $0.key < $1.key }) {
      logger.error("Plugin refused", metadata: ["file": "\(name)", "reason": "\(reason)"])
    }
    for name in change.removed { logger.info("Plugin removed", metadata: ["file": "\(name)"]) }
  }
}
