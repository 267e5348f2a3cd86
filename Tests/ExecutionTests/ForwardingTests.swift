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

  @Test(arguments: Engine.all)
  func `claiming asks for the agents only when a queued run chooses among them`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let watched = WatchedDatabase(database)
      let room = try await ConductorRoom(watched, clock: ContinuousClock())
      try await room.enrol("host")
      room.agents.connect("host")
      let plain = try await room.add(job("true"))
      let filtered = try await room.add(
        job("true", filter: NodeDispatch(filter: "host")), id: "filtered")
      let (told, tell) = AsyncStream<Void>.makeStream()
      let deciding = ConductorCluster(
        choice: Preference(members: ["other"]), announceHanded: { _ in tell.yield() })
      try await room.conducting(cluster: deciding) { one in
        try await room.conducting(of: "other", cluster: ConductorCluster(handed: { told })) {
          other in
          for (job, questions) in [(plain, 0), (filtered, 1)] {
            _ = try await one.launch(RunRequest(.job(job), user: "admin"))
            let assignment = await room.agents.next()!
            #expect(watched.logged("FROM agent ORDER BY name") == questions)
            try await room.report(assignment, .exited(code: 0), to: other)
          }
        }
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a passive member leaves what it is asked to run to an active one, by a policy or without`(
    on engine: Engine
  ) async throws {
    let choices: [any RemoteExecutionChoice] = [
      Preference(members: ["member", "other"]), LaterTests.Actives(members: ["member", "other"]),
    ]
    for choice in choices {
      try await engine.withDatabase { database in
        let room = try await ConductorRoom(database)
        try await room.enrol("host")
        room.agents.connect("host")
        let id = try await room.add(job("true"))
        let (told, tell) = AsyncStream<Void>.makeStream()
        let deciding = ConductorCluster(
          choice: choice, announceHanded: { _ in tell.yield() })
        try await room.conducting(cluster: deciding) { one in
          try await room.conducting(of: "other", cluster: ConductorCluster(handed: { told })) {
            other in
            try await room.store.ask.executionModes.set(.passive, of: MemberID("member"))
            let launched = try await one.launch(RunRequest(.job(id), user: "admin"))
            #expect(launched.status == .queued && launched.owner == nil)
            let assignment = await room.agents.next()!
            try await room.report(assignment, .exited(code: 0), to: other)
            let ended = try await other.waitUntilEnded(launched.id)
            #expect(ended?.status == .succeeded)
            #expect(ended?.owner?.member == MemberID("other"))
            // Nobody else is active: it is refused, and nothing is written.
            let total = try await room.store.ask.executions.find(launched.id)?.id
            try await room.conducting(
              2, cluster: ConductorCluster(choice: LaterTests.Actives(members: ["member"]))
            ) { alone in
              _ = await #expect(throws: LaunchError.passive) {
                try await alone.launch(RunRequest(.job(id), user: "admin"))
              }
            }
            #expect(total == launched.id)
          }
        }
      }
    }
  }

  @Test(arguments: Engine.all)
  func `passive members that are chosen again and again do so at the pace of claims`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let watched = WatchedDatabase(database)
      let room = try await ConductorRoom(watched)
      let id = try await room.add(job("true"))
      let (told, tell) = AsyncStream<Void>.makeStream()
      for member in ["member", "other"] { try await room.register(1, of: member) }
      // Whoever is passed over leaves it to the other one, for ever.
      let choice = Preference(members: ["other", "member"])
      let cluster = ConductorCluster(
        choice: choice, announceHanded: { _ in tell.yield() }, handed: { told })
      try await room.conducting(cluster: cluster) { one in
        let launched = try await one.launch(RunRequest(.job(id), user: "admin"))
        for member in ["member", "other"] {
          try await room.store.ask.executionModes.set(.passive, of: MemberID(member))
        }
        try await room.conducting(of: "other", cluster: cluster) { _ in
          tell.yield()
          let isChosen = { (choice: Int64) in
            let found = try await room.store.ask.executions.find(launched.id)
            return found?.choice == choice ? true : nil
          }
          // The first choice is made again at once.
          _ = try await eventually("the second choice") { try await isChosen(2) }
          // Each later one waits for its time to claim, however often somebody looks.
          let looks = watched.logged(Self.look)
          for _ in 0..<10 { tell.yield() }
          _ = try await eventually("both looked") {
            watched.logged(Self.look) >= looks + 10 ? true : nil
          }
          #expect(try await isChosen(2) == true)
          try await room.insert("UPDATE execution SET chosen_at = 1")
          tell.yield()
          _ = try await eventually("the third choice") { try await isChosen(3) }
        }
      }
    }
  }

  /// What a member asks that looks for what it was chosen for.
  private static let look = "owner_member IS NULL AND chosen_member = $1 AND id > $2"

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
