/// What becomes of due instants that nobody fired in time, because no member was there to do it.
public struct CatchUpPolicy: Sendable, Hashable, Codable {
  public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
    /// None of them runs.
    case skip
    /// The latest one within the window runs.
    case latest
    /// Each one within the window runs.
    case all
  }

  public var mode: Mode
  /// How late an instant may be and still run, in seconds.
  public var window: Int64

  public init(mode: Mode = .latest, window: Int64 = 60) {
    self.mode = mode
    self.window = window
  }
}
