/// How logs are stored.
public struct LogStorageSettings: Sendable, Hashable {
  /// When copies of running logs are written. Each copy is the whole log so far.
  public struct Checkpoints: Sendable, Hashable {
    /// The pause between two copies of a log, and at least twenty times as long as the last one took.
    public var interval: Duration = .seconds(30)
    /// How long an execution runs before its first copy.
    public var minimum: Duration = .seconds(30)
    /// Bytes of the log before its first copy.
    public var minimumSize: Int64 = 0
    /// Bytes by which it grows before the next copy.
    public var increment: Int64 = 0

    public init() {}
  }

  /// Where objects go and how they are called.
  public var path: ObjectPath
  /// How hard objects are compressed; nil keeps Rundeck's text.
  public var compressionLevel: Int?
  /// After how many attempts a log counts as failed. It is tried on all the same.
  public var expectedAttempts = 1
  /// The pause after the first attempt that failed; it doubles each time.
  public var retryPause: Duration = .seconds(60)
  /// The longest pause between two attempts, unless `retryPause` is longer.
  public var longestPause: Duration = .seconds(600)
  /// How many logs this member writes at once.
  public var atOnce = 10
  /// When copies of running logs are written; nil writes none.
  public var checkpoints: Checkpoints? = Checkpoints()
  /// How often the store is looked at for logs that have ended.
  public var poll: Duration = .seconds(1)
  /// How often what nobody wants any more is looked for.
  public var sweep: Duration = .seconds(30)
  /// How long a claim holds without being renewed, by the database's clock.
  public var claim: Duration = .seconds(60)
  /// How long after its end an execution's open assignments are waited for.
  public var patience: Duration = .seconds(600)

  public init(path: ObjectPath) { self.path = path }

  var isCompressed: Bool { compressionLevel != nil }

  /// The pause before the attempt after this many that failed.
  func pause(after attempts: Int64) -> Duration {
    var pause = retryPause
    let longest = max(longestPause, retryPause)
    for _ in 1..<max(min(attempts, 64), 1) where pause < longest { pause *= 2 }
    return min(pause, longest)
  }
}
