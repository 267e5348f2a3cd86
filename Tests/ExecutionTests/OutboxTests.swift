import Model
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Execution

/// What the conductor puts into the outbox, and when.
@Suite struct OutboxTests {
  private func told(_ exitCode: Int32, on engine: Engine) async throws -> [NotificationRecord] {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let hooks = [
        "onstart", "onsuccess", "onfailure", "onavgduration", "onretryablefailure",
      ].map { event in
        JobEntry(event, .list([.map([JobEntry("urls", .text("http://a/\(event)"))])]))
      }
      let job = Job(
        name: "told", workflow: Workflow(steps: [WorkflowStep(.exec("true"))]),
        kept: ["notification": .map(hooks), "notifyAvgDurationThreshold": .text("5m")])
      let id = try await room.add(job)
      let announced = AnnouncedCount()
      let cluster = ConductorCluster(announceNotifications: { announced.add() })
      return try await room.conducting(cluster: cluster) { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        // They are there with the execution itself.
        let atStart = try await room.store.ask.notifications.all(of: launched.id)
        #expect(atStart.map(\.event) == ["start", "avgduration"])
        #expect(atStart.map(\.status) == ["running", "running"])
        try await room.report(room.agents.next()!, .exited(code: exitCode), to: conductor)
        _ = try await conductor.waitUntilEnded(launched.id)
        // The end is readable a moment before it is announced.
        try await eventually("begin and end are announced") { announced.value == 2 ? () : nil }
        return try await room.store.ask.notifications.all(of: launched.id)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `an execution's begin and success are told with it`(on engine: Engine) async throws {
    let records = try await told(0, on: engine)
    #expect(records.map(\.event) == ["start", "avgduration", "success"])
    #expect(records.last?.status == "succeeded" && records.last?.receiver == "http://a/onsuccess")
    #expect(records.map(\.content.threshold) == [nil, "5m", nil])
  }

  @Test(arguments: Engine.all)
  func `its failure is told as one`(on engine: Engine) async throws {
    let records = try await told(1, on: engine)
    #expect(records.map(\.event) == ["start", "avgduration", "failure"])
    #expect(records.last?.status == "failed" && records.last?.state == .waiting)
  }

  @Test(arguments: Engine.all)
  func `an execution that never began and is aborted is told as aborted`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      let id = try await room.add(
        Job(
          name: "told", workflow: Workflow(steps: [WorkflowStep(.exec("true"))]),
          kept: [
            "notification": .map([
              JobEntry("onfailure", .map([JobEntry("urls", .text("http://a/"))]))
            ])
          ]))
      try await room.register()
      let member = Term(member: MemberID("member"), incarnation: 1)
      try await room.insert(
        """
        INSERT INTO execution (id, project, job_id, definition, status, username, options, log_level,
          epoch, created_at)
        SELECT 9, 'p', id, definition, 'queued', 'admin', '{}', 'INFO', 0, 1 FROM job WHERE id = $1
        """, [.text(id.text)])
      let end = ExecutionWrite.endUnbegun(
        ExecutionID(9), .aborted, reason: nil, askedBy: "admin",
        at: Instant(microseconds: 5), by: member)
      try await room.store.commit([end, .notifyUnplanned(of: ExecutionID(9))])
      let records = try await room.store.ask.notifications.all(of: ExecutionID(9))
      #expect(records.map(\.kind) == [.unplanned] && records.map(\.status) == ["aborted"])
    }
  }
}

private final class AnnouncedCount: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func add() { count.withLock { $0 += 1 } }
}
