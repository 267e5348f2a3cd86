import Daemon

/// How notifications are delivered: Rundeck's keys where Rundeck has them.
enum NotificationKeys {
  static let all: [any DescribedKey] = [
    secret, timeout, ownThread, attempts, pause, longestPause, atOnce, atOnceForReceiver,
  ]

  static let secret = ConfigurationKey(
    "rundeck.notification.webhookSecurityKey", optional: .secret,
    """
    With it webhooks carry X-RunDeck-Notification-SHA256-Digest, by which receivers know who sent them.
    """)

  static let timeout = ConfigurationKey(
    "rundeck.notification.threadTimeOut",
    .duration(in: .milliseconds, .milliseconds(100) ... .seconds(600)), default: .seconds(30),
    "How long one attempt to reach a webhook may take; a plain number is milliseconds.")

  static let ownThread = ConfigurationKey(
    "rundeck.feature.notificationsOwnThread.enabled", .bool, default: true,
    "Accepted for Rundeck's sake and without effect: notifications never hold an execution up.")

  static let attempts = ConfigurationKey(
    "quarterdeck.notification.attempts", .int(1...10_000), default: 25,
    "After how many attempts a notification is given up.")

  static let pause = ConfigurationKey(
    "quarterdeck.notification.pause",
    .duration(in: .seconds, .milliseconds(10) ... .seconds(86_400)), default: .seconds(5),
    "The pause after a failed attempt; it doubles each time. A plain number is seconds.")

  static let longestPause = ConfigurationKey(
    "quarterdeck.notification.longestPause",
    .duration(in: .seconds, .milliseconds(10) ... .seconds(604_800)), default: .seconds(3_600),
    "The longest pause between two attempts; a plain number is seconds.")

  static let atOnce = ConfigurationKey(
    "quarterdeck.notification.concurrency", .int(2...1_000), default: 64,
    "How many notifications this member delivers at once.")

  static let atOnceForReceiver = ConfigurationKey(
    "quarterdeck.notification.concurrencyPerReceiver", .int(1...1_000), default: 4,
    "How many of these go to one host, or to the mail server.")
}
