import Model
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Execution

/// Runs that were asked for at a later time.
@Suite struct LaterTests {
  @Test(arguments: Engine.all) func `a run for later survives a restart and begins at its time`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true"))
      let launched = try await room.conducting { conductor in
        try await conductor.launch(Self.request(id))
      }
      #expect(launched.status == .scheduled)
      #expect(launched.startedAt == Self.time)
      #expect(launched.runType == .userScheduled)
      try await room.conducting(2) { conductor in
        await room.clock.sleepers(2)
        room.clock.advance(by: .seconds(60))
        let assignment = await room.agents.next()!
        #expect(assignment.execution == launched.id)
        try await room.report(assignment, .exited(code: 0), to: conductor)
        #expect(try await conductor.waitUntilEnded(launched.id)?.status == .succeeded)
      }
    }
  }

  @Test(arguments: Engine.all) func `a run for later can be aborted before it begins`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      let id = try await room.add(job("true"))
      try await room.conducting { conductor in
        let launched = try await conductor.launch(Self.request(id))
        #expect(try await conductor.abort(launched.id, by: "eve").state == .aborted)
        #expect(try await room.store.ask.executions.find(launched.id)?.status == .aborted)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a run for later whose project was disabled meanwhile begins nothing and says why`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true"))
      try await room.conducting { conductor in
        let launched = try await conductor.launch(Self.request(id))
        try await room.store.ask.projects.put(["project.disable.executions": "true"], of: "p")
        await room.clock.sleepers(2)
        room.clock.advance(by: .seconds(60))
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .failed)
        #expect(ended?.endReason?.contains("disabled for project p") == true)
        #expect(try await room.store.ask.assignments.all(of: launched.id).isEmpty)
      }
    }
  }

  /// Runs a job for later on a passive member or under a policy, and answers what is stored when its time has come
  /// and it changed its status.
  private static func due(
    _ room: ConductorRoom, _ choice: (any RemoteExecutionChoice)?, told: [String] = [],
    meanwhile: @Sendable (JobID) async throws -> Void
  ) async throws -> ExecutionRecord {
    try await room.enrol("host")
    room.agents.connect("host")
    let id = try await room.add(job("true"))
    let heard = Mutex<[String]>([])
    let cluster = ConductorCluster(
      choice: choice, announceHanded: { member in heard.withLock { $0.append(member.text) } })
    return try await room.conducting(cluster: cluster) { conductor in
      let launched = try await conductor.launch(Self.request(id))
      try await meanwhile(id)
      await room.clock.sleepers(2)
      room.clock.advance(by: .seconds(60))
      let changed = try await eventually("its time has come") {
        let found = try await room.store.ask.executions.find(launched.id)
        return found?.status == .scheduled ? nil : found
      }
      _ = try await eventually("the chosen member is told") {
        heard.withLock { $0 } == told ? true : nil
      }
      return changed
    }
  }

  @Test(arguments: Engine.all)
  func `a run for later whose job was disabled meanwhile ends and says why`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      let ended = try await Self.due(room, nil) { job in
        try await room.insert(
          "UPDATE job SET execution_enabled = 0 WHERE id = $1", [.text(job.text)])
      }
      #expect(ended.status == .failed)
      #expect(ended.endReason == "Execution is disabled for job j")
    }
  }

  @Test(arguments: Engine.all)
  func `a run for later whose job was deleted meanwhile ends and says why`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      let ended = try await Self.due(room, nil) { job in
        try await room.insert("DELETE FROM job WHERE id = $1", [.text(job.text)])
      }
      #expect(ended.status == .failed)
      #expect(ended.endReason == "Job ID does not exist: j")
    }
  }

  @Test(arguments: Engine.all)
  func `the policy is asked when the time has come, and the chosen member is told`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      let choice = ForwardingTests.Preference(members: ["other", "member"])
      let left = try await Self.due(room, choice, told: ["other"]) { _ in }
      #expect(left.status == .queued && left.owner == nil)
      #expect(left.chosenMember == MemberID("other") && left.choice == 1)
      #expect(try left.decision()?.reason == "By the test's order")
      #expect(left.runType == .userScheduled)
    }
  }

  @Test(arguments: Engine.all)
  func `the policy's decision is kept when it leaves a run for later where it is`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      let begun = try await Self.due(room, ForwardingTests.Preference(members: ["member"])) { _ in }
      #expect(begun.status == .running)
      #expect(try begun.decision()?.chosen == MemberID("member"))
    }
  }

  @Test(arguments: Engine.all)
  func `a member that became passive leaves a run for later to an active one`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      let left = try await Self.due(room, Actives(members: ["member", "other"]), told: ["other"]) {
        _ in try await room.store.ask.executionModes.set(.passive, of: MemberID("member"))
      }
      #expect(left.status == .queued && left.chosenMember == MemberID("other"))
    }
  }

  @Test(arguments: Engine.all)
  func `a run for later that no member may begin waits and says why`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      let left = try await Self.due(room, Actives(members: ["member"])) { _ in
        try await room.store.ask.executionModes.set(.passive, of: MemberID("member"))
      }
      #expect(left.status == .queued && left.chosenMember == nil)
      #expect(try left.decision()?.reason == "None of the active ones")
      // As soon as somebody is active again it begins.
      try await room.store.ask.executionModes.set(.active, of: MemberID("member"))
      let cluster = ConductorCluster(choice: Actives(members: ["member"]))
      try await room.conducting(2, cluster: cluster) { _ in
        #expect(await room.agents.next()?.execution == left.id)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `an exclusive job's run for later is not left to others while another one goes on`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      let choice = ForwardingTests.Preference(members: ["other"])
      let ended = try await Self.due(room, choice) { job in
        try await room.store.ask.executions.insert(
          ExecutionDraft(
            id: ExecutionID(900), project: "p", jobID: job, definition: "{}", user: "admin",
            createdAt: Instant(microseconds: 1)))
      }
      #expect(ended.status == .failed)
      #expect(ended.endReason?.contains("another execution of the job") == true)
    }
  }

  /// No policy; the first that is not passed over is active.
  struct Actives: RemoteExecutionChoice {
    let members: [String]

    func choose(_ question: RemoteExecutionQuestion) async -> RemoteExecutionDecision? { nil }

    func chooseActive(
      _ question: RemoteExecutionQuestion
    ) async throws(StoreError) -> RemoteExecutionDecision {
      let chosen = members.map { MemberID($0) }.first { !question.excluding.contains($0) }
      return RemoteExecutionDecision(
        policy: "None", chosen: chosen, reason: "None of the active ones")
    }
  }

  @Test func `a time that has passed is refused`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let room = try await ConductorRoom(database)
      let id = try await room.add(job("true"))
      try await room.conducting { conductor in
        _ = await #expect(throws: LaunchError.unsupported(ExecutionConductor.pastTime)) {
          try await conductor.launch(
            RunRequest(.job(id), user: "admin", runAt: Instant(microseconds: 5)))
        }
      }
    }
  }

  private static let time = ConductorRoom.start.advanced(by: .seconds(60))

  private static func request(_ job: JobID) -> RunRequest {
    RunRequest(.job(job), user: "admin", runAt: time)
  }
}
