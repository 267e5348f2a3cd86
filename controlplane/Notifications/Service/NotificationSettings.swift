/// How notifications are delivered.
public struct NotificationSettings: Sendable, Hashable {
  /// After how many attempts a notification is given up.
  public var attempts = 25
  /// The pause after the first attempt that failed; it doubles each time.
  public var pause: Duration = .seconds(5)
  /// The longest pause between two attempts.
  public var longestPause: Duration = .seconds(3_600)
  /// How many this member delivers at once.
  public var atOnce = 64
  /// How many of these go to one receiver.
  public var atOnceForReceiver = 4
  /// How often the store is looked at when nobody says that there is something.
  public var poll: Duration = .seconds(1)
  /// How long a claim holds without being renewed, by the database's clock.
  public var claim: Duration = .seconds(15)
  /// How long what is about no execution is kept after it was settled.
  public var retention: Duration = .seconds(90 * 86_400)

  public init() {}

  /// The pause before the next attempt; nil when there is to be none.
  ///
  /// - Parameter attempt: how many were made, from 1.
  public func pause(after attempt: Int64) -> Duration? {
    guard attempt < Int64(attempts) else { return nil }
    var pause = self.pause
    for _ in 1..<max(attempt, 1) where pause < longestPause { pause *= 2 }
    return min(pause, max(longestPause, self.pause))
  }
}
