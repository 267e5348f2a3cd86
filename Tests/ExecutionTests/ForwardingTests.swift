import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// Runs that a policy leaves to other members.
@Suite struct ForwardingTests {
  /// Chooses the first that is not passed over.
  struct Preference: RemoteExecutionChoice {
    let members: [String]

    func choose(_ question: RemoteExecutionQuestion) async -> RemoteExecutionDecision? {
      let candidates = members.map { MemberID($0) }
      let chosen = candidates.first { !question.excluding.contains($0) }
      return RemoteExecutionDecision(
        policy: "Preset", candidates: candidates, chosen: chosen, reason: "By the test's order")
    }
  }

  @Test(arguments: Engine.all) func `the chosen member claims, plans and runs the execution`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database, clock: ContinuousClock())
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true"))
      let (told, tell) = AsyncStream<Void>.makeStream()
      let deciding = ConductorCluster(
        choice: Preference(members: ["other"]), announceHanded: { _ in tell.yield() })
      try await room.conducting(cluster: deciding) { one in
        try await room.conducting(of: "other", cluster: ConductorCluster(handed: { told })) {
          other in
          let launched = try await one.launch(RunRequest(.job(id), user: "admin"))
          #expect(launched.status == .queued)
          #expect(launched.owner == nil)
          let assignment = await room.agents.next()!
          try await room.report(assignment, .exited(code: 0), to: other)
          let ended = try await other.waitUntilEnded(launched.id)
          #expect(ended?.status == .succeeded)
          #expect(ended?.owner?.member == MemberID("other"))
          #expect(try ended?.decision()?.chosen == MemberID("other"))
          #expect(await one.carriedCount == 0)
        }
      }
    }
  }

  @Test(arguments: Engine.all)
  func `who does not claim in time is passed over, and the choice is remembered`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true"))
      let cluster = ConductorCluster(choice: Preference(members: ["deaf", "member"]))
      try await room.conducting(cluster: cluster) { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        #expect(launched.status == .queued)
        await room.clock.sleepers(2)
        // The choice was made by the conductor's time; the store compares with the same.
        room.clock.advance(by: .seconds(4))
        let assignment = await room.agents.next()!
        #expect(assignment.execution == launched.id)
        try await room.report(assignment, .exited(code: 0), to: conductor)
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .succeeded)
        #expect(ended?.choice == 2)
        // It is remembered behind the choice, in a transaction of its own.
        let decisions = try await eventually("the decision is remembered") {
          let found = try await room.store.ask.decisions.list(
            DecisionQuery(kinds: [.redecision], execution: launched.id))
          return found.isEmpty ? nil : found
        }
        #expect(decisions.count == 1)
        #expect(decisions.first?.decision.subject == MemberID("member"))
      }
    }
  }

  @Test(arguments: Engine.all) func `when the policy finds nobody, the run is refused and says why`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      let id = try await room.add(job("true"))
      let cluster = ConductorCluster(choice: Preference(members: []))
      try await room.conducting(cluster: cluster) { conductor in
        await #expect(throws: LaunchError.nobody("By the test's order")) {
          try await conductor.launch(RunRequest(.job(id), user: "admin"))
        }
        let decision = try await conductor.decideOnly(for: id)
        #expect(decision.chosen == nil)
      }
    }
  }
}
