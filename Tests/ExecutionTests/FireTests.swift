import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// Due instants that become executions.
@Suite struct FireTests {
  @Test(arguments: Engine.all) func `an instant that is fired twice has one execution`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database, clock: ContinuousClock())
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true", multiple: true))
      try await room.schedule(id)
      try await room.conducting { conductor in
        let fire = Self.fire(id, at: 100)
        let first = await conductor.fire([fire, Self.fire(id, at: 200)])
        let again = await conductor.fire([fire])
        guard case .ran(let execution) = first[0], case .ran(let other) = first[1] else {
          Issue.record("not run: \(first)")
          return
        }
        #expect(execution != other)
        #expect(again == [.ran(execution)])
        let record = try await room.store.ask.executions.find(execution)
        #expect(record?.runType == .scheduled)
        #expect(record?.dueAt == fire.dueAt)
        #expect(record?.user == "admin")
      }
    }
  }

  @Test(arguments: Engine.all)
  func `an instant of a job that runs is skipped in the ledger, and one that cannot run is refused`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database, clock: ContinuousClock())
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true"))
      try await room.schedule(id)
      try await room.conducting { conductor in
        let answers = await conductor.fire([
          Self.fire(id, at: 100), Self.fire(id, at: 200), Self.fire(JobID("gone"), at: 100),
        ])
        guard case .ran = answers[0] else {
          Issue.record("not run: \(answers)")
          return
        }
        #expect(answers[1] == .alreadyRunning(nil))
        #expect(answers[2] == .refused(.jobGone, detail: nil))
        let rows = try await room.store.ask.fires.of(
          id, from: Instant(microseconds: 0), through: Instant(microseconds: 1000))
        #expect(rows.count == 2)
        #expect(rows.last?.outcome == .skipped(.alreadyRunning))
      }
    }
  }

  @Test(arguments: Engine.all) func `an instant of a schedule that another member has is stale`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database, clock: ContinuousClock())
      let id = try await room.add(job("true"))
      try await room.schedule(id, owner: "other")
      try await room.conducting { conductor in
        #expect(await conductor.fire([Self.fire(id, at: 100)]) == [.stale])
        #expect(await conductor.carriedCount == 0)
      }
    }
  }

  private static func fire(_ job: JobID, at instant: Int64) -> DueFire {
    DueFire(job: job, project: "p", version: 1, dueAt: Instant(microseconds: instant))
  }
}

extension ConductorRoom {
  /// A schedule of the job, as its owner has it.
  func schedule(_ job: JobID, owner: String = "member") async throws {
    let rule = #"{"crontab":"* * * * * ? *","timeZone":"UTC"}"#
    try await insert(
      """
      INSERT INTO schedule (job_id, project, version, rule, is_enabled, valid_from, owner_member,
        settled_until, updated_at) VALUES ($1, 'p', 1, $2, 1, 1, $3, 1, 1)
      """, [.text(job.text), .text(rule), .text(owner)])
    try await insert(
      """
      INSERT INTO schedule_version (job_id, version, project, rule, is_enabled, valid_from)
      VALUES ($1, 1, 'p', $2, 1, 1)
      """, [.text(job.text), .text(rule)])
  }
}
