import Daemon
import HTTPClient
import Logs
import Notifications
import Store

extension ControlPlane {
  /// What delivers the notifications of jobs.
  func notifications(
    _ member: StartedMember, stored: any LogSource, plugins: any NotificationPlugins
  ) throws -> NotificationService {
    let mail = MailChannel(
      try MailConfiguration(configuration).settings,
      logs: LogReader(
        store: member.store, stored: stored, globalFilters: configuration.globalLogFilters))
    let webhooks = WebhookChannel(
      http: HTTPClient(), secret: configuration[NotificationKeys.secret],
      timeout: configuration[NotificationKeys.timeout])
    return NotificationService(
      store: member.store, terms: member.terms, time: member.time,
      desk: NotificationDesk(store: member.store, serverURL: serverURL),
      channels: [.webhook: webhooks, .email: mail, .plugin: PluginChannel(plugins)],
      settings: notificationSettings, clock: member.monotonic, logger: logger)
  }

  private var notificationSettings: NotificationSettings {
    var settings = NotificationSettings()
    settings.attempts = configuration[NotificationKeys.attempts]
    settings.pause = configuration[NotificationKeys.pause]
    settings.longestPause = configuration[NotificationKeys.longestPause]
    settings.atOnce = configuration[NotificationKeys.atOnce]
    settings.atOnceForReceiver = configuration[NotificationKeys.atOnceForReceiver]
    settings.retention = configuration[ControlPlaneKeys.ledgerRetention]
    return settings
  }
}
