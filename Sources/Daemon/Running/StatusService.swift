import ServiceLifecycle

/// Passes a ``DaemonStatus`` on to the service manager, and says STOPPING first of all when the stop begins: it stands
/// last in the group, and a group stops its services from the last to the first.
struct StatusService: Service {
  let status: DaemonStatus
  let reporter: any ServiceReporter

  func run() async throws {
    for await event in status.events.cancelOnGracefulShutdown() {
      switch event {
      case .ready(let text): reporter.ready(status: text)
      case .status(let text): reporter.status(text)
      }
    }
    reporter.stopping()
  }
}
