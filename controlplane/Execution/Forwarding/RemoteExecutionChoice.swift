public import Cluster
public import Model
public import Store

/// Who carries a run, by the policy of its project: the pure decider together with what is known of the
/// members now. It is asked at every launch, so it answers from memory.
public protocol RemoteExecutionChoice: Sendable {
  /// The decision for a run that this member was asked for. Nil when no policy is asked at that
  /// occasion: then this member carries it. A decision that chose nobody keeps it from running.
  func choose(_ question: RemoteExecutionQuestion) async -> RemoteExecutionDecision?

  /// Any active member, for a run that no policy decides about and that this member may not begin. It looks
  /// into the store. A decision that chose nobody says why.
  func chooseActive(
    _ question: RemoteExecutionQuestion
  ) async throws(StoreError) -> RemoteExecutionDecision
}

extension RemoteExecutionChoice {
  /// Nobody: no other member is known.
  public func chooseActive(
    _ question: RemoteExecutionQuestion
  ) async throws(StoreError) -> RemoteExecutionDecision { .nobodyElse }
}

/// A run that some member has to carry.
public struct RemoteExecutionQuestion: Sendable, Hashable {
  public var project: String
  /// `run` or `fire`.
  public var occasion: RemoteExecutionProfiles.Occasion
  /// Whether it has values of secure options.
  public var carriesSecureOptions: Bool
  /// Members that were chosen before and did not claim the execution in time.
  public var excluding: Set<MemberID>

  public init(
    project: String, occasion: RemoteExecutionProfiles.Occasion, carriesSecureOptions: Bool = false,
    excluding: Set<MemberID> = []
  ) {
    self.project = project
    self.occasion = occasion
    self.carriesSecureOptions = carriesSecureOptions
    self.excluding = excluding
  }
}
