import Model
import Store

/// Which agents with work of this member are away, and when that is for good. Pure.
///
/// An agent is away when no member has seen it for `timing.agentAway`. It is lost when that has lasted
/// for `timing.agentLost`; an agent may have said that it wants other times for itself. Of the latter this member itself has looked on for `timing.agentReturn` with a
/// store that answered: a control plane that was away for days does not blame its agents for it.
struct AgentWatch {
  /// An agent that is away.
  struct Absence: Sendable, Hashable {
    /// When it was last seen; nil when it is not enrolled any more.
    var since: Instant?
    /// Whether it is not waited for any longer.
    var isLost: Bool

    /// For people: what a step on that agent's node waits for.
    func reason(_ name: String) -> String {
      guard let since else { return "agent \(name) is not enrolled any more" }
      return "agent \(name) is not connected since \(since.iso8601)"
    }
  }

  private let timing: ConductorTiming
  /// For how long this member has looked on, by agent that is away.
  private var watched: [AgentID: Duration] = [:]

  init(_ timing: ConductorTiming) { self.timing = timing }

  /// The absences among `agents`, as of a look that comes `timing.agentCheck` after the one before.
  mutating func look(
    at sightings: [AgentSighting], of agents: Set<AgentID>
  ) -> [AgentID: Absence] {
    var absences = Dictionary(
      uniqueKeysWithValues: agents.map { ($0, Absence(since: nil, isLost: true)) })
    var watched: [AgentID: Duration] = [:]
    for sighting in sightings {
      absences[sighting.agent] = nil
      guard sighting.silence >= sighting.awayAfter ?? timing.agentAway else { continue }
      let duration = self.watched[sighting.agent].map { $0 + timing.agentCheck } ?? .zero
      watched[sighting.agent] = duration
      absences[sighting.agent] = Absence(
        since: sighting.seenAt,
        isLost: isLost(sighting, watched: duration))
    }
    self.watched = watched
    return absences
  }

  private func isLost(_ sighting: AgentSighting, watched: Duration) -> Bool {
    let patience = sighting.lostAfter ?? timing.agentLost
    return sighting.silence >= patience && watched >= min(timing.agentReturn, patience)
  }
}

extension CarriedExecution {
  /// The agents that may be working on it.
  var agents: Set<AgentID> { Set(open.values.filter(\.isDelivered).map(\.agent)) }

  /// Says of each open step whether its agent is away, and gives up those whose agent is lost. The
  /// agent's own word still wins if it was stored before.
  mutating func note(
    _ absences: [AgentID: AgentWatch.Absence], at instant: Instant, transition: inout Transition
  ) throws(StoreError) {
    for (id, assignment) in open.sorted(by: { $0.key < $1.key }) where assignment.isDelivered {
      let absence = absences[assignment.agent]
      if let absence, absence.isLost {
        let reason = absence.reason(assignment.key.node)
        try transition.lose(id, outcome: .lost(reason: reason), at: instant)
      } else if absence?.since != assignment.absence?.since {
        open[id]?.absence = absence
        transition.put(
          StepStateRecord(
            key: assignment.key, state: assignment.startedAt == nil ? .waiting : .running,
            startedAt: assignment.startedAt, updatedAt: instant,
            reason: absence?.reason(assignment.key.node)
              ?? assignment.survivors.map(UnconfirmedKill.reason)))
      }
    }
  }
}
