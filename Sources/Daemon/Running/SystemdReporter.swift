import ServiceManager

/// Reports to systemd, when it asked for that by NOTIFY_SOCKET; otherwise says nothing.
struct SystemdReporter: ServiceReporter {
  /// What systemd allows between two feedings; nil without a watchdog.
  var watchdogInterval: Duration? { nil }

  func ready(status: String?) {}
  func status(_ text: String) {}
  func reloading() {}
  func stopping() {}
  func feedWatchdog() {}
}
