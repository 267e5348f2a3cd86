import Database
import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// What referenced jobs want told, in the outbox of the execution that runs them.
@Suite struct ReferenceNotificationTests {
  private static func child() -> Job {
    let hooks = ["onstart", "onsuccess", "onfailure"].map { event in
      JobEntry(event, .list([.map([JobEntry("urls", .text("http://a/\(event)"))])]))
    }
    return Job(
      id: JobID("child"), name: "child", group: "deep",
      workflow: Workflow(steps: [WorkflowStep(.exec("true"))]),
      options: [JobOption(name: "o")], kept: ["notification": .map(hooks)])
  }

  private static func parent(ignoring: Bool = false, handler: WorkflowStep? = nil) -> Job {
    var reference = [JobEntry("uuid", .text("child")), JobEntry("args", .text("-o seven"))]
    if ignoring { reference.append(JobEntry("ignoreNotifications", .text("true"))) }
    let step = OtherStep(
      type: "jobref", nodeStep: false, definition: ["jobref": .map(reference)])
    return Job(
      name: "parent",
      workflow: Workflow(steps: [WorkflowStep(.other(step), errorHandler: handler)]))
  }

  private static func room(_ database: any Database, _ parent: Job) async throws -> (
    ConductorRoom, JobID
  ) {
    let room = try await ConductorRoom(database, clock: ContinuousClock())
    try await room.enrol("host")
    room.agents.connect("host")
    _ = try await room.add(child(), id: "child")
    return (room, try await room.add(parent, id: "parent"))
  }

  /// The outbox after a run whose steps end with these codes.
  private func told(
    _ parent: Job, codes: [Int32], on engine: Engine
  ) async throws -> [NotificationRecord] {
    try await engine.withDatabase { database in
      let (room, id) = try await Self.room(database, parent)
      return try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        for code in codes {
          try await room.report(
            try #require(await room.agents.next()), .exited(code: code), to: conductor)
        }
        _ = try await conductor.waitUntilEnded(launched.id)
        return try await room.store.ask.notifications.all(of: launched.id)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `begin and success of a referenced job are told, with its name and options`(
    on engine: Engine
  ) async throws {
    let records = try await told(Self.parent(), codes: [0], on: engine)
    #expect(records.map(\.event) == ["start", "success"])
    #expect(records.map(\.place) == ["1:0-0", "1:0-0"])
    #expect(records.map(\.status) == ["running", "succeeded"])
    let reference = try #require(records.first?.content.reference)
    #expect(reference.name == "child" && reference.group == "deep" && reference.job == "child")
    #expect(reference.options == ["o": "seven"] && reference.cell == StepKey(step: "1", node: ""))
  }

  @Test(arguments: Engine.all)
  func `its failure is told once, whatever a handler makes of the step`(
    on engine: Engine
  ) async throws {
    let handler = WorkflowStep(.exec("mend"), keepgoingOnSuccess: true)
    let records = try await told(Self.parent(handler: handler), codes: [1, 0], on: engine)
    #expect(records.map(\.event) == ["start", "failure"])
    #expect(records.last?.status == "failed")
  }

  @Test func `a reference that ignores notifications has none sent`() async throws {
    #expect(try await told(Self.parent(ignoring: true), codes: [0], on: .sqlite).isEmpty)
  }

  @Test func `who marks the execution as incomplete ends the referenced job as that, too`()
    async throws
  {
    try await Engine.sqlite.withDatabase { database in
      let (room, id) = try await Self.room(database, Self.parent())
      try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        _ = try #require(await room.agents.next())
        _ = try await conductor.endIncomplete(launched.id, by: "admin")
        let records = try await room.store.ask.notifications.all(of: launched.id)
        #expect(records.map(\.event) == ["start", "failure"])
        #expect(records.last?.status == "incomplete")
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a member that takes the execution up tells the rest, and nothing twice`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let (room, id) = try await Self.room(database, Self.parent())
      let (launched, running) = try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        return (launched.id, try #require(await room.agents.next()))
      }
      try await room.conducting(2) { conductor in
        try await room.report(running, .exited(code: 0), to: conductor)
        #expect(try await conductor.waitUntilEnded(launched)?.status == .succeeded)
      }
      let records = try await room.store.ask.notifications.all(of: launched)
      #expect(records.map(\.event) == ["start", "success"])
    }
  }
}
