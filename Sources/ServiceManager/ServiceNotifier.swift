import CSystemd
import Glibc

/// Tells the service manager how the service is (sd_notify(3)).
///
/// Without a service manager every call says `notSupervised` and does nothing, so callers need not
/// know how they were started. Calls take microseconds and do not block.
public struct ServiceNotifier: Sendable {
  /// What became of a message.
  public enum Outcome: Sendable, Hashable {
    /// The service manager's socket took it.
    case sent
    /// Nobody asked for messages: `NOTIFY_SOCKET` is not set.
    case notSupervised
    /// The socket did not take it; the value is the `errno`.
    case failed(errno: Int32)
  }

  private let environment: ServiceEnvironment

  /// A notifier that reports where `environment` says.
  public init(environment: ServiceEnvironment = .process) { self.environment = environment }

  /// Start-up, or a reload, is complete.
  @discardableResult
  public func ready(status: String? = nil) -> Outcome { send(["READY=1"] + line(status)) }

  /// One line for `systemctl status`; line ends become blanks.
  @discardableResult
  public func status(_ text: String) -> Outcome { send(line(text)) }

  /// The service lives; due more often than every `watchdogInterval`.
  @discardableResult
  public func feedWatchdog() -> Outcome { send(["WATCHDOG=1"]) }

  /// The service has begun to stop.
  @discardableResult
  public func stopping(status: String? = nil) -> Outcome { send(["STOPPING=1"] + line(status)) }

  /// The service has begun to read its configuration again; `ready` tells when it is done.
  ///
  /// Sends the monotonic clock's microseconds with it, as Type=notify-reload asks.
  @discardableResult
  public func reloading() -> Outcome {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let microseconds = now.tv_sec * 1_000_000 + now.tv_nsec / 1000
    return send(["RELOADING=1", "MONOTONIC_USEC=\(microseconds)"])
  }

  /// Within which time the service manager wants each `feedWatchdog`, or nil when it does not care
  /// or cares about another process.
  public var watchdogInterval: Duration? {
    environment.during {
      var microseconds: UInt64 = 0
      guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
      return .microseconds(Int64(clamping: microseconds))
    }
  }

  private func line(_ status: String?) -> [String] {
    guard let status else { return [] }
    return ["STATUS=" + String(status.map { $0.isNewline ? " " : $0 })]
  }

  private func send(_ lines: [String]) -> Outcome {
    let result = environment.during { sd_notify(0, lines.joined(separator: "\n")) }
    switch result {
    case 0: return .notSupervised
    case 1...: return .sent
    default: return .failed(errno: -result)
    }
  }
}
