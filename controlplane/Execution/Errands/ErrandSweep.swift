public import Logging
public import ServiceLifecycle

/// Removes now and then what errands left whose member died.
public struct ErrandSweep: Service {
  private let errands: PluginErrands
  private let clock: any Clock<Duration>
  private let logger: Logger

  public init(
    _ errands: PluginErrands, clock: any Clock<Duration> = ContinuousClock(), logger: Logger
  ) {
    self.errands = errands
    self.clock = clock
    self.logger = logger
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await clock.sleep(for: .seconds(1_800))) != nil {
        do {
          try await errands.sweep()
        } catch {
          logger.warning(
            "What plugins left was not removed", metadata: ["error": "\(error)"])
        }
      }
    }
  }
}
