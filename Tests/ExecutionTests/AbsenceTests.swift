import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// Agents that got work and went away.
@Suite struct AbsenceTests {
  @Test(arguments: Engine.all)
  func `a running step whose agent is away says so, and no more when it is back`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("sleep"))
      try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let assignment = await room.agents.next()!
        conductor.deliver([
          .started(assignment.id, launched.id, at: Instant(microseconds: 5))
        ])
        await room.look()
        let away = try await room.waitForState(of: launched.id) { $0.reason != nil }
        #expect(away.state == .running)
        #expect(away.startedAt == Instant(microseconds: 5))
        #expect(away.reason == "agent host is not connected since 1970-01-01T00:00:00Z")
        try await room.see("host")
        await room.look()
        _ = try await room.waitForState(of: launched.id) { $0.reason == nil }
        try await room.report(assignment, .exited(code: 0), to: conductor)
        #expect(try await conductor.waitUntilEnded(launched.id)?.status == .succeeded)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `an adopted step whose agent never returns fails as lost`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database) { $0.agentReturn = .seconds(30) }
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("sleep", "never"))
      let launched = try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        _ = await room.agents.next()
        return launched
      }
      room.agents.disconnect("host")
      try await room.conducting(2) { conductor in
        await room.look()
        await room.look()
        // The member has looked on for 15 s only: the agent may still come back.
        #expect(try await room.store.ask.executions.find(launched.id)?.status == .running)
        await room.look()
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .failed)
        let states = try await room.states(launched.id)
        #expect(states == ["1@host": .failed, "2@host": .notStarted])
        let row = try await room.store.ask.stepStates.rows(of: launched.id).first
        #expect(
          row?.reason == "Lost: agent host is not connected since 1970-01-01T00:00:00Z")
        let assignments = try await room.store.ask.assignments.all(of: launched.id)
        #expect(assignments.map(\.state) == [.ended])
      }
    }
  }

  @Test(arguments: Engine.all)
  func `work of an agent that is not enrolled any more is lost at once`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("sleep"))
      try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        _ = await room.agents.next()
        try await room.store.ask.agents.delete(AgentID("id-host"))
        await room.look()
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .failed)
        let row = try await room.store.ask.stepStates.rows(of: launched.id).first
        #expect(row?.reason == "Lost: agent host is not enrolled any more")
      }
    }
  }

  @Test(arguments: Engine.all)
  func
    `an abort whose agent is away is stored, sent when the agent is back, and ends when it is lost`(
      on engine: Engine
    ) async throws
  {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database) { $0.agentReturn = .zero }
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("sleep"))
      let (launched, assignment) = try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let assignment = await room.agents.next()!
        room.agents.disconnect("host")
        let answer = try await conductor.abort(launched.id, by: "eve")
        #expect(answer.state == .pending)
        return (launched, assignment)
      }
      // What a connecting agent is told.
      let open = try await room.store.ask.assignments.toPush(for: AgentID("id-host"))
      #expect(open.map(\.id) == [assignment.id])
      #expect(open.first?.killRequestedAt != nil)
      // An agent that is there when the member comes back gets the kill and not the step again.
      room.agents.connect("host")
      try await room.conducting(2) { _ in
        #expect(await room.agents.nextKill() == assignment.id)
      }
      try await room.conducting(3) { conductor in
        await room.look()
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .aborted)
        #expect(ended?.abortRequestedBy == "eve")
      }
    }
  }

  @Test func `an agent's own patience counts instead of the control plane's`() {
    let timing = ConductorTiming(
      agentAway: .seconds(45), agentLost: .seconds(100), agentReturn: .seconds(30),
      agentCheck: .seconds(15))
    var watch = AgentWatch(timing)
    let agents = ["plain", "patient", "hasty"].map { AgentID($0) }
    func look(_ silence: Int) -> [AgentID: AgentWatch.Absence] {
      let seen = Instant(microseconds: 0)
      return watch.look(
        at: [
          AgentSighting(agent: agents[0], seenAt: seen, silence: .seconds(silence)),
          AgentSighting(
            agent: agents[1], seenAt: seen, silence: .seconds(silence), awayAfter: .seconds(600),
            lostAfter: .seconds(6_000)),
          AgentSighting(
            agent: agents[2], seenAt: seen, silence: .seconds(silence), awayAfter: .seconds(20),
            lostAfter: .seconds(20)),
        ], of: Set(agents))
    }
    #expect(look(30) == [agents[2]: .init(since: Instant(microseconds: 0), isLost: false)])
    _ = look(100)
    let third = look(115)
    #expect(third[agents[0]]?.isLost == false)
    #expect(third[agents[1]] == nil)
    #expect(third[agents[2]]?.isLost == true)
  }

  @Test func `time in which the store did not answer or this member was away blames no agent`() {
    var timing = ConductorTiming(agentLost: .seconds(100), agentReturn: .seconds(30))
    timing.agentCheck = .seconds(15)
    var watch = AgentWatch(timing)
    let agent = AgentID("a")
    func look(_ silence: Int) -> Bool? {
      let sighting = AgentSighting(
        agent: agent, seenAt: Instant(microseconds: 0), silence: .seconds(silence))
      return watch.look(at: [sighting], of: [agent])[agent]?.isLost
    }
    #expect(look(1_000) == false)
    #expect(look(1_015) == false)
    #expect(look(1_030) == true)
    #expect(look(10) == nil)
    #expect(look(50) == false)
    #expect(look(65) == false)
    #expect(look(80) == false)
    #expect(look(100) == true)
  }
}
