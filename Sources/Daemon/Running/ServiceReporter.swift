/// What a daemon tells the service manager that started it.
protocol ServiceReporter: Sendable {
  /// Startup or a reload is complete.
  func ready(status: String?)
  /// A line for people.
  func status(_ text: String)
  /// A reload begins.
  func reloading()
  /// The stop begins.
  func stopping()
  /// The daemon is alive.
  func feedWatchdog()
}
