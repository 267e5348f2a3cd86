import Glibc
import Synchronization

/// The variables by which the service manager tells a service where to report.
///
/// libsystemd reads them from the process's environment only. `process` leaves that alone; explicit
/// values are put there for the length of each call, one call at a time.
public struct ServiceEnvironment: Sendable, Hashable {
  private let values: [String: String]?

  /// What this process was started with.
  public static let process = ServiceEnvironment(values: nil)

  /// These values whatever the process was started with: for tests and trials. A daemon that other
  /// threads share uses `process`, because the C library's environment is not made for writers.
  ///
  /// - Parameters:
  ///   - notifySocket: the path of the datagram socket, or `@` and an abstract name.
  ///   - watchdog: how often the service manager wants to hear from the service.
  public init(notifySocket: String, watchdog: Duration? = nil) {
    var values = ["NOTIFY_SOCKET": notifySocket]
    if let watchdog {
      let (seconds, attoseconds) = watchdog.components
      values["WATCHDOG_USEC"] = "\(seconds * 1_000_000 + attoseconds / 1_000_000_000_000)"
      values["WATCHDOG_PID"] = "\(getpid())"
    }
    self.init(values: values)
  }

  private init(values: [String: String]?) { self.values = values }

  private static let lock = Mutex(())

  /// Calls libsystemd with these values in the process's environment.
  func during<Result: Sendable>(_ call: () -> Result) -> Result {
    guard let values else { return call() }
    return Self.lock.withLock { _ in
      let before = values.map { name, _ in (name, getenv(name).map { String(cString: $0) }) }
      for (name, value) in values { setenv(name, value, 1) }
      defer { for (name, value) in before { Self.restore(name, value) } }
      return call()
    }
  }

  private static func restore(_ name: String, _ value: String?) {
    if let value { setenv(name, value, 1) } else { unsetenv(name) }
  }
}
