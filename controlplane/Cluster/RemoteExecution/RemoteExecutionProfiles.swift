/// The remote-execution policies of one member, as its configuration gives them.
public struct RemoteExecutionProfiles: Sendable, Hashable {
  /// When a policy could be asked.
  public enum Occasion: Sendable, Hashable, CaseIterable {
    /// Somebody starts an execution.
    case run
    /// A schedule's instant is due.
    case fire
    /// A job with a schedule is saved, and the schedule gets its owner.
    case save
  }

  /// `remoteExecution.enabled`: false has the same effect as the policy `None` everywhere.
  public var isEnabled = true
  /// `remoteScheduledExecutionPolicy.enabled`: whether each due instant asks the policy again. When false the
  /// policy names the owner of the schedule as the job is saved, and the owner carries what falls due.
  public var isAskedAtEachFire = true
  /// `remoteAbort.enabled`: whether a request to abort reaches the member that carries the execution.
  public var isRemoteAbortEnabled = true
  /// `messaging.encryption.enabled`: false keeps executions with secure options on the member that starts them.
  public var carriesSecureOptions = true
  /// For projects that no profile names.
  public var standard = RemoteExecutionProfile()
  /// In the order of `remoteExecution.profiles`.
  public var profiles: [RemoteExecutionProfile] = []

  public init() {}

  /// The first profile that names the project, else the default policy; `None` when the feature is off.
  public func profile(for project: String?) -> RemoteExecutionProfile {
    guard isEnabled else { return RemoteExecutionProfile() }
    guard let project else { return standard }
    return profiles.first { $0.projects.contains(project) } ?? standard
  }

  /// Whether the policy decides on that occasion. Where it does not, the execution stays where it is, and the
  /// owner of a schedule is the member that saves the job.
  public func isAsked(at occasion: Occasion) -> Bool {
    switch occasion {
    case .run: true
    case .fire: isAskedAtEachFire
    case .save: !isAskedAtEachFire
    }
  }

  /// Whether any project's executions may be carried by another member than the one that is asked.
  public var forwards: Bool { isEnabled && policies.contains { $0 != .none } }

  /// How often the members are looked at for choices, beside when somebody tells that they changed: with each
  /// heartbeat where a policy compares their load, else slowly; nil where nothing is forwarded.
  public func lookInterval(_ timing: ClusterTiming) -> Duration? {
    guard forwards else { return nil }
    let comparesLoad = policies.contains { if case .load = $0 { true } else { false } }
    return comparesLoad ? timing.heartbeat : max(timing.poll, timing.heartbeat) * 5
  }

  private var policies: [RemoteExecutionPolicy] { ([standard] + profiles).map(\.policy) }

  /// Every project that a profile names.
  public var projects: [String] { profiles.flatMap(\.projects) }
}
