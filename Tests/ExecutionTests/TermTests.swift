import Cluster
import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// Terms that end, and what others were given.
@Suite struct TermTests {
  private static let term = Term(member: MemberID("member"), incarnation: 1)

  @Test(arguments: Engine.all)
  func `a conductor whose term ended takes nothing, and goes on in the next one where it was`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database, clock: ContinuousClock())
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("one", "two"))
      let terms = CurrentTerm(
        Self.term, sent: .zero, trust: .seconds(1 << 30), time: .continuous())
      try await room.conducting(terms: terms) { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let first = await room.agents.next()!
        terms.ended(Self.term)
        let refused = await #expect(throws: LaunchError.self) {
          try await conductor.launch(RunRequest(.job(id), user: "admin"))
        }
        #expect(refused?.isRetryable == true)
        await #expect(throws: AbortError.unavailable(ExecutionConductor.termEnded)) {
          try await conductor.abort(launched.id, by: "eve")
        }
        await #expect(throws: AbortError.unavailable(ExecutionConductor.termEnded)) {
          try await conductor.endIncomplete(launched.id, by: "eve")
        }
        try await room.report(first, .exited(code: 0), to: conductor)
        try await room.register(2)
        terms.began(Term(member: MemberID("member"), incarnation: 2), sent: .zero)
        let second = await room.agents.next()!
        #expect(second.epoch == Epoch(2))
        try await room.report(second, .exited(code: 0), to: conductor)
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .succeeded)
        #expect(ended?.owner?.incarnation == 2)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `the agents of running steps learn at once that an execution has a new owner`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true"))
      let launched = try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let assignment = await room.agents.next()!
        let progress = AssignmentProgress(
          id: assignment.id, agent: AgentID("id-host"), from: 0, to: 50,
          startedAt: Instant(microseconds: 10))
        let isTaken = try await room.store.ask.assignments.advance(progress)
        #expect(isTaken)
        return launched
      }
      #expect(room.agents.adoptions.isEmpty)
      try await room.conducting(2) { _ in
        let told = try await eventually("its agent is told") {
          let told = room.agents.adoptions
          return told.isEmpty ? nil : told
        }
        let expected = ["\(launched.id) \(Epoch(2)) on id-host"]
        #expect(told == expected)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a launch of a term that the store has ended is refused, however long its lease is`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database, clock: ContinuousClock())
      try await room.conducting { conductor in
        try await room.register(2)
        let request = RunRequest(
          .adHoc(project: "p", step: WorkflowStep(.exec("true"))), user: "admin")
        let error = await #expect(throws: LaunchError.self) {
          try await conductor.launch(request)
        }
        #expect(error == .unavailable(ExecutionConductor.termEnded))
        #expect(try await room.store.ask.executionHistory.unfinishedCount() == 0)
      }
    }
  }

  @Test(arguments: Engine.all) func `what is handed over is taken up and finished by the other`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database, clock: ContinuousClock())
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("one", "two"))
      let (told, tell) = AsyncStream<Void>.makeStream()
      let cluster = ConductorCluster(handed: { told })
      try await room.conducting { one in
        try await room.conducting(of: "other", cluster: cluster) { other in
          let launched = try await one.launch(RunRequest(.job(id), user: "admin"))
          let first = await room.agents.next()!
          await one.handOver()
          let heir = Term(member: MemberID("other"), incarnation: 1)
          _ = try await room.store.handOver(
            from: Self.term, plan: HandoverPlan(schedules: [:], executions: [heir]))
          tell.yield()
          // Its agent may not have got it: it is told again, by the new owner.
          let repeated = await room.agents.next()!
          #expect(repeated.id == first.id)
          #expect(repeated.epoch == Epoch(2))
          try await room.report(repeated, .exited(code: 0), to: other)
          try await room.report(room.agents.next()!, .exited(code: 0), to: other)
          #expect(try await other.waitUntilEnded(launched.id)?.status == .succeeded)
          #expect(await one.carriedCount == 0)
        }
      }
    }
  }
}
