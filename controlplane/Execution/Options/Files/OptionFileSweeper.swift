public import Cluster
public import Logging
public import ServiceLifecycle
public import Store

/// Removes the bytes of uploaded files that no execution needs any more. Every member does it; what one has removed
/// the others do not find.
public struct OptionFileSweeper: Service {
  private let store: Store
  private let terms: CurrentTerm
  private let pause: Duration
  private let logger: Logger

  /// How many files of a kind one round removes.
  static let portion = 100
  /// How long the record of a file outlives it.
  static let memory = Duration.seconds(30 * 86_400)
  /// How much later than said a file expires: a run that found it in time must have it.
  static let grace = Duration.seconds(60)

  public init(
    store: Store, terms: CurrentTerm, pause: Duration = .seconds(10), logger: Logger
  ) {
    self.store = store
    self.terms = terms
    self.pause = pause
    self.logger = logger
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        guard (try? await Task.sleep(for: pause)) != nil else { return }
        if terms.held != nil { await sweep() }
      }
    }
  }

  private func sweep() async {
    do throws(StoreError) {
      let done = try await store.ask.optionFiles.sweep(
        limit: Self.portion, grace: Self.grace, memory: Self.memory)
      if done != OptionFileStore.Sweep() {
        logger.debug(
          "Removed uploaded files",
          metadata: ["expired": "\(done.expired)", "used": "\(done.deleted)"])
      }
    } catch {
      logger.warning("Uploaded files could not be swept", metadata: ["error": "\(error)"])
    }
  }
}
