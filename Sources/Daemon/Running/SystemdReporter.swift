import ServiceManager

/// Reports to systemd when it asked for that, by NOTIFY_SOCKET; elsewhere says nothing. A message that systemd's socket
/// does not take is dropped: a daemon does not stop working because nobody listens.
struct SystemdReporter: ServiceReporter {
  let notifier: ServiceNotifier

  /// What systemd allows between two feedings; nil without a watchdog.
  var watchdogInterval: Duration? { notifier.watchdogInterval }

  func ready(status: String?) { notifier.ready(status: status) }
  func status(_ text: String) { notifier.status(text) }
  func reloading() { notifier.reloading() }
  func stopping() { notifier.stopping() }
  func feedWatchdog() { notifier.feedWatchdog() }
}
