public import Cluster
public import Execution
import Model
import Store

/// Brings what agents report to the member that carries the execution: this one, or by a notice another.
///
/// A notice may be lost: the member that carries an execution looks into the store by itself every now
/// and then (`OpenWorkWatch`).
public struct EventRelay: Sendable {
  private let executions: any CarriedExecutions
  private let announce: @Sendable (ClusterNotice) -> Void

  /// - Parameters:
  ///   - executions: what this member carries.
  ///   - notices: how the other members are told; nil when there are none.
  public init(executions: any CarriedExecutions, notices: ClusterNotices?) {
    self.init(executions: executions) { notices?.announce($0) }
  }

  init(
    executions: any CarriedExecutions, announce: @escaping @Sendable (ClusterNotice) -> Void
  ) {
    self.executions = executions
    self.announce = announce
  }

  /// Tells of events whose rows are committed. Returns at once.
  public func deliver(_ events: [AssignmentEvent]) {
    guard !events.isEmpty else { return }
    // Also those that this member does not seem to carry: it may have taken them up just now.
    executions.deliver(events)
    let foreign = events.filter { !executions.carries($0.execution) }
    let pushed = foreign.compactMap(\.push)
    let reported = Set(foreign.filter { $0.push == nil }.map(\.execution))
    if !pushed.isEmpty { announce(.pushed(pushed)) }
    if !reported.isEmpty { announce(.reported(reported.sorted())) }
  }
}

extension AssignmentEvent {
  fileprivate var push: PushedAssignment? {
    if case .pushed(let assignment, let execution) = self {
      PushedAssignment(assignment, execution)
    } else {
      nil
    }
  }
}
