import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

@Suite struct LaunchTests {
  @Test func `a filter that matches no node is accepted and fails with the reason`() async throws {
    let ended = try await Self.launch(adHoc: "true", filter: "nobody")
    #expect(ended.status == .failed)
    #expect(ended.endReason == "No nodes matched for the filter: nobody")
  }

  @Test func `a filter with a broken expression is refused, and the expression named`() async throws
  {
    _ = try await Self.inRoom { room, conductor in
      let id = try await room.add(job("true"))
      let error = await #expect(throws: LaunchError.self) {
        try await conductor.launch(
          RunRequest(.job(id), nodeFilter: "name: web[1-", user: "admin"))
      }
      #expect(error?.description.contains("no regular expression: web[1- (") == true)
    }
  }

  @Test func `nodes that nobody selected fail the run with the reason`() async throws {
    var unselected = job("true", filter: NodeDispatch(filter: ".*"))
    unselected.nodesSelectedByDefault = false
    let job = unselected
    let ended = try await Self.inRoom { room, conductor in
      let id = try await room.add(job)
      return try await conductor.launch(RunRequest(.job(id), user: "admin"))
    }
    #expect(ended.status == .failed)
    #expect(ended.endReason?.contains("No nodes were selected") == true)
  }

  @Test func `a run without an agent of the server's host fails with the reason`() async throws {
    let ended = try await Self.launch(adHoc: "true", filter: nil)
    #expect(ended.status == .failed)
    #expect(ended.endReason?.contains("No agent of the server's own host") == true)
  }

  @Test func `what does not exist or is disabled is refused`() async throws {
    _ = try await Self.inRoom { room, conductor in
      await #expect(throws: LaunchError.noJob(JobID("none"))) {
        try await conductor.launch(RunRequest(.job(JobID("none")), user: "admin"))
      }
      await #expect(throws: LaunchError.noProject("none")) {
        try await conductor.launch(
          RunRequest(.adHoc(project: "none", step: WorkflowStep(.exec("true"))), user: "admin"))
      }
      var disabled = job("true")
      disabled.executionEnabled = false
      let id = try await room.add(disabled)
      await #expect(throws: LaunchError.executionDisabled(id)) {
        try await conductor.launch(RunRequest(.job(id), user: "admin"))
      }
    }
  }

  @Test(arguments: Engine.all)
  func `nothing of a project whose executions are disabled is begun`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      let id = try await room.add(job("true"))
      let requests = [
        RunRequest(.job(id), user: "admin"),
        RunRequest(.adHoc(project: "p", step: WorkflowStep(.exec("true"))), user: "admin"),
      ]
      try await room.conducting { conductor in
        try await room.store.ask.projects.put(["project.disable.executions": "true"], of: "p")
        for request in requests {
          await #expect(throws: LaunchError.projectDisabled("p")) {
            try await conductor.launch(request)
          }
        }
        try await room.store.ask.projects.put(["project.disable.executions": "false"], of: "p")
        for request in requests {
          #expect(try await conductor.launch(request).project == "p")
        }
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a passive member begins no run, and what runs goes on`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      let modes = room.store.ask.executionModes
      let member = MemberID("member")
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true"))
      let adHoc = RunRequest(
        .adHoc(project: "p", step: WorkflowStep(.exec("true"))), user: "admin")
      try await room.conducting { conductor in
        try await modes.set(.passive, of: MemberID("another"))
        let running = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let assignment = try #require(await room.agents.next())
        try await modes.set(.passive, of: member)
        for request in [RunRequest(.job(id), user: "admin"), adHoc] {
          await #expect(throws: LaunchError.passive) { try await conductor.launch(request) }
        }
        await #expect(throws: LaunchError.noJob(JobID("none"))) {
          try await conductor.launch(RunRequest(.job(JobID("none")), user: "admin"))
        }
        conductor.deliver([
          .ended(assignment.id, running.id, .exited(code: 0), at: Instant(microseconds: 9))
        ])
        #expect(try await conductor.waitUntilEnded(running.id)?.status == .succeeded)
      }
      try await room.conducting(2) { conductor in
        await #expect(throws: LaunchError.passive) { try await conductor.launch(adHoc) }
        try await modes.set(.active, of: member)
        #expect(try await conductor.launch(adHoc).status == .running)
      }
    }
  }

  @Test func `a step of a type that nobody knows fails by its name when its turn comes`()
    async throws
  {
    _ = try await Self.inRoom { room, conductor in
      try await room.enrol("host")
      let kind = StepKind.other(OtherStep(type: "acme-step", nodeStep: false, definition: [:]))
      let id = try await room.add(
        Job(name: "parent", workflow: Workflow(steps: [WorkflowStep(kind)])))
      let running = try await conductor.launch(RunRequest(.job(id), user: "admin"))
      #expect(try await conductor.waitUntilEnded(running.id)?.status == .failed)
      let stored = try await room.store.ask.executions.stored([running.id])[running.id]?.get()
      let reason = try #require(stored?.states.first { $0.key.step == "1" }?.reason)
      #expect(reason.hasPrefix("PluginMissing: The step plugin 'acme-step'"))
    }
  }

  @Test func `a required option without a value is refused in Rundeck's words`() async throws {
    _ = try await Self.inRoom { room, conductor in
      var needy = job("true")
      needy.options = [JobOption(name: "opt2", required: true)]
      let id = try await room.add(needy)
      let error = await #expect(throws: LaunchError.self) {
        try await conductor.launch(RunRequest(.job(id), user: "admin"))
      }
      #expect(error?.description == "Job options were not valid: Option 'opt2' is required.")
    }
  }

  @Test func `secure options are stored sealed only, and reach the step`() async throws {
    _ = try await Self.inRoom { room, conductor in
      try await room.enrol("host")
      room.agents.connect("host")
      var secret = job("true")
      secret.options = [JobOption(name: "pw", secure: true, valueExposed: true)]
      let id = try await room.add(secret)
      let launched = try await conductor.launch(
        RunRequest(.job(id), options: ["pw": "hunter2"], user: "admin"))
      #expect(launched.options.isEmpty)
      #expect(launched.argString == nil)
      let stored = try await room.store.ask.executions.find(launched.id)
      #expect(
        stored?.sealedOptions.map { String(decoding: $0, as: UTF8.self).contains("hunter2") }
          == false)
      let assignment = await room.agents.next()
      #expect(assignment?.specification.environment["RD_OPTION_PW"] == "hunter2")
    }
  }

  private static func launch(adHoc command: String, filter: String?) async throws -> ExecutionRecord
  {
    try await inRoom { _, conductor in
      let launched = try await conductor.launch(
        RunRequest(
          .adHoc(project: "p", step: WorkflowStep(.exec(command))), nodeFilter: filter,
          user: "admin"))
      return try await conductor.waitUntilEnded(launched.id)!
    }
  }

  private static func inRoom<Answer: Sendable>(
    _ body: @Sendable (ConductorRoom, ExecutionConductor) async throws -> Answer
  ) async throws -> Answer {
    try await Engine.sqlite.withDatabase { database in
      let room = try await ConductorRoom(database)
      return try await room.conducting { try await body(room, $0) }
    }
  }
}
