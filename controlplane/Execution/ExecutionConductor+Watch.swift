import Logging
import Model
import Store

// What becomes of steps whose agents do not come back.

extension ExecutionConductor {
  /// Looks after the agents that have work of this member, until it is cancelled.
  func watchAgents() async {
    var watch = AgentWatch(timing)
    var wereAway = false
    while (try? await timing.clock.sleep(for: timing.agentCheck)) != nil {
      let agents = carried.values.reduce(into: Set()) { $0.formUnion($1.agents) }
      do throws(StoreError) {
        let sightings = try await store.ask.assignments.sightings(of: agents)
        let absences = watch.look(at: sightings, of: agents)
        if !absences.isEmpty || wereAway { _ = inbox.put([.absences(absences, among: agents)]) }
        wereAway = !absences.isEmpty
      } catch {
        logger.warning("The agents could not be looked after", metadata: ["error": "\(error)"])
      }
    }
  }
}
