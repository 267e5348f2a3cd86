import Database
import Model
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Execution

/// Values that go from step to step.
@Suite struct CaptureTests {
  /// What steps are said to have printed, by `step@node`.
  private final class Printed: Sendable {
    let lines: Mutex<[String: [String]]>
    /// How many further questions find the store away.
    let failures = Mutex(0)
    /// Whether a page was read.
    let isRead = Atomic(false)

    init(_ lines: [String: [String]]) { self.lines = Mutex(lines) }

    /// Two lines a page.
    var output: StepOutput {
      StepOutput { _, key, from throws(StepOutput.Failure) in
        let fails = self.failures.withLock { left in
          defer { left = max(0, left - 1) }
          return left > 0
        }
        if fails { throw .unavailable("away") }
        self.isRead.store(true, ordering: .relaxed)
        let all = self.lines.withLock { $0[key.description] ?? [] }.dropFirst(Int(from))
        return StepOutput.Page(
          lines: Array(all.prefix(2)), next: all.count > 2 ? from + 2 : nil)
      }
    }
  }

  private static func step(
    _ command: String, _ type: String? = nil, _ config: [String: String] = [:]
  ) -> WorkflowStep {
    var step = WorkflowStep(.exec(command))
    guard let type else { return step }
    let entries = config.map { JobEntry($0.key, .text($0.value)) }
    step.kept["plugins"] = .map([
      JobEntry(
        "LogFilter",
        .list([.map([JobEntry("type", .text(type)), JobEntry("config", .map(entries))])]))
    ])
    return step
  }

  @Test(arguments: Engine.all) func `a later step uses what an earlier one printed`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      // However far the clock is set, the agent is not looked after.
      let room = try await ConductorRoom(database) { $0.agentCheck = .seconds(1_000_000) }
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(
        Job(
          name: "j",
          workflow: Workflow(steps: [
            Self.step("one", "key-value-data", ["logData": "true"]),
            Self.step("echo ${data.word} ${data.none}"),
            WorkflowStep(.script(ScriptStep(text: "echo @data.word@"))),
          ])))
      let printed = Printed(["1@host": ["a", "b", "c", "RUNDECK:DATA:word=it's; rm -rf /"]])
      printed.failures.withLock { $0 = 2 }
      let log = ChunkLog(dialect: database.dialect)
      try await room.conducting(log: log, output: printed.output) { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let first = await room.agents.next()!
        #expect(first.specification.environment["RD_DATA_WORD"] == nil)
        try await room.report(first, .exited(code: 0), to: conductor)
        // The store comes back after two pauses.
        try await eventually("the output is read") {
          room.clock.advance(by: .milliseconds(100))
          return printed.isRead.load(ordering: .relaxed) ? () : nil
        }
        let second = await room.agents.next()!
        #expect(second.specification.arguments.last == #"echo 'it'\''s; rm -rf /' "#)
        #expect(second.specification.environment["RD_DATA_WORD"] == "it's; rm -rf /")
        try await room.report(second, .exited(code: 0), to: conductor)
        let third = await room.agents.next()!
        #expect(
          third.specification.script.map { String(decoding: $0, as: UTF8.self) }
            == "echo it's; rm -rf /")
        try await room.report(third, .exited(code: 0), to: conductor)
        #expect(try await conductor.waitUntilEnded(launched.id)?.status == .succeeded)
        #expect(try await room.lines(launched.id) == [#"{"word":"it's; rm -rf /"}"#])
      }
    }
  }

  @Test(arguments: Engine.all) func `each node has its own values, and can ask for others'`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      for name in ["alpha", "beta"] {
        try await room.enrol(name)
        room.agents.connect(name)
      }
      var workflow = Workflow(
        strategy: .sequential,
        steps: [
          Self.step("one"), Self.step("echo ${data.w} ${data.w@alpha} ${data.w*} ${data.w*-}"),
        ])
      workflow.kept["pluginConfig"] = .map([
        JobEntry("LogFilter", .list([.map([JobEntry("type", .text("key-value-data"))])]))
      ])
      let id = try await room.add(
        Job(name: "j", workflow: workflow, nodeFilter: NodeDispatch(filter: ".*")))
      let printed = Printed([
        "1@alpha": ["RUNDECK:DATA:w=A"], "1@beta": ["RUNDECK:DATA:w=B"],
      ])
      try await room.conducting(output: printed.output) { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        var commands: [String] = []
        for _ in 0..<4 {
          let step = await room.agents.next()!
          commands.append(step.specification.arguments.last!)
          try await room.report(step, .exited(code: 0), to: conductor)
        }
        #expect(commands[2] == "echo A A A,B A-B")
        #expect(commands[3] == "echo B A A,B A-B")
        #expect(try await conductor.waitUntilEnded(launched.id)?.status == .succeeded)
      }
    }
  }

  @Test(arguments: Engine.all) func `values outlive the member that captured them`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let steps = [
        Self.step("one", "key-value-data"), Self.step("two", "key-value-data"),
        Self.step("echo ${data.a} ${data.b}"),
      ]
      let id = try await room.add(Job(name: "j", workflow: Workflow(steps: steps)))
      let printed = Printed([
        "1@host": ["RUNDECK:DATA:a=1", "RUNDECK:DATA:b=1"], "2@host": ["RUNDECK:DATA:b=2"],
      ])
      let second = try await room.conducting(1, output: printed.output) { conductor in
        _ = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        try await room.report(room.agents.next()!, .exited(code: 0), to: conductor)
        return await room.agents.next()!
      }
      // It is stored, and nobody has looked through its output yet.
      try await room.report(second, .exited(code: 0), to: nil)
      try await room.conducting(2, output: printed.output) { conductor in
        let third = await room.agents.next()!
        #expect(third.specification.arguments.last == "echo 1 2")
        try await room.report(third, .exited(code: 0), to: conductor)
        #expect(try await conductor.waitUntilEnded(second.execution)?.status == .succeeded)
      }
    }
  }

  @Test func `what cannot be captured is a warning, and the workflow goes on`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(
        Job(
          name: "j",
          workflow: Workflow(steps: [Self.step("one", "json-mapper"), Self.step("x ${data.a}")])))
      let log = ChunkLog(dialect: database.dialect)
      try await room.conducting(log: log, output: Printed(["1@host": ["no JSON"]]).output) {
        conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        try await room.report(room.agents.next()!, .exited(code: 0), to: conductor)
        let second = await room.agents.next()!
        #expect(second.specification.arguments.last == "x ")
        let lines = try await room.lines(launched.id)
        #expect(lines.count == 1)
        #expect(
          lines.first?.hasPrefix("Captured data is not complete: the output is no JSON: ") == true)
      }
    }
  }
}
