public import Cluster
public import Model

/// What the routes about the cluster ask of this member; whoever composes the member implements it.
public protocol ClusterControl: Sendable {
  /// The members as they stand.
  func view() async throws -> ClusterView

  /// Why this member should get no requests; nil when it should.
  func unfitness() async -> Unfitness?

  /// Makes a member active or passive, now for this one, soon for another.
  func set(_ mode: ExecutionMode, of member: MemberID, by user: String) async throws
    -> MemberMode.Answer

  /// Asks a member to hand over what it owns and to end. Throws `StoreError.notFound` for one that is not there,
  /// and `DrainRefused` when nobody would hear the request.
  func drain(_ member: MemberID, by user: String) async throws

  /// Who would carry a run of a project's job now, and why. Nothing is run and no turn is taken.
  func whoWouldCarry(project: String) async throws -> RemoteExecutionDecision
}

/// Why a member should get no requests.
public enum Unfitness: String, Sendable, Hashable {
  /// It does not reach the database.
  case database
  /// Its term has ended or its lease has run out.
  case fenced
  /// It hands over what it owns and will end.
  case draining
}

/// Why a member cannot be asked to drain.
public struct DrainRefused: Error, Sendable, Hashable {
  /// One sentence for people.
  public let reason: String

  public init(reason: String) { self.reason = reason }

  /// The member has the database for itself: there is nobody to hand over to, and nobody watches for requests.
  public static let alone = DrainRefused(
    reason: "This member has its database for itself, so there is no other member to hand over to. "
      + "Stop its process instead")

  /// The member's term has ended, in order or not: nothing is left to hand over.
  public static func gone(_ member: MemberID) -> DrainRefused {
    DrainRefused(
      reason: "The member \(member) has left or was fenced already, so it has nothing to hand over")
  }
}
