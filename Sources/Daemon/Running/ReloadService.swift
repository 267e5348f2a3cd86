import Logging
import ServiceLifecycle
import UnixSignals

/// Runs the reload at each SIGHUP, between RELOADING=1 and READY=1. A reload that fails is logged, and what was loaded
/// before stays.
struct ReloadService: Service {
  let reload: @Sendable () async throws -> Void
  let reporter: any ServiceReporter
  let logger: Logger

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sighup)
    for await _ in signals.cancelOnGracefulShutdown() {
      await reloadOnce()
    }
  }

  func reloadOnce() async {
    reporter.reloading()
    do {
      try await reload()
      logger.info("reloaded")
    } catch {
      logger.error("reload failed, nothing changed", metadata: ["error": "\(error)"])
    }
    reporter.ready(status: nil)
  }
}
