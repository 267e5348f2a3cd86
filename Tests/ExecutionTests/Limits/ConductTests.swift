import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// What agents are told about limits, users and left processes.
@Suite struct ConductTests {
  private static func limits(_ entries: (String, String)...) -> JobValue {
    .map(entries.map { JobEntry($0.0, .text($0.1)) })
  }

  private static func specification(
    _ step: WorkflowStep, job kept: [String: JobValue] = [:], node: [String: String] = [:]
  ) throws(UnfitStep) -> StepSpecification {
    let job = Job(name: "j", workflow: Workflow(steps: [step]), kept: kept)
    let work = try RunLanguage.rundeck.work(
      StepInContext(
        execution: ExecutionID(1), project: "p", jobID: nil, job: job, user: "u", logLevel: "INFO",
        options: [:], secureOptions: ["b": "two", "a": "one", "empty": ""], argString: nil,
        node: Node(name: "n", attributes: node), serverNode: "s",
        server: ServerNode(name: "s", sidecar: .hostname("s"), url: "", uuid: ""), step: "1",
        definition: step, remaining: .milliseconds(1500)))
    guard case .agent(let specification) = work else {
      throw UnfitStep(message: "no assignment")
    }
    return specification
  }

  @Test func `the step's word wins over the job's, and that over the node's`() throws {
    var step = WorkflowStep(.exec("make"))
    step.kept = [
      "quarterdeck.run-as": .text("builder"), "quarterdeck.limits": Self.limits(("memory", "2GB")),
    ]
    let specification = try Self.specification(
      step, job: ["quarterdeck.limits": Self.limits(("memory", "1GB"), ("cpu", "50%"))],
      node: [
        "quarterdeck.run-as": "nobody", "quarterdeck.leave-children": "true",
        "quarterdeck.limits": "cpu=10%, processes=7",
      ])
    #expect(specification.runAs == "builder")
    #expect(specification.leavesChildren)
    #expect(
      specification.limits
        == StepLimits(memoryBytes: 2 << 30, cpuPermille: 500, processes: 7))
    #expect(specification.project == "p")
    #expect(specification.timeoutMilliseconds == 1500)
    #expect(specification.secrets == [Array("one".utf8), Array("two".utf8)])
  }

  @Test func `a plain step is told nothing of that`() throws {
    let specification = try Self.specification(WorkflowStep(.exec("true")))
    #expect(specification.runAs == nil)
    #expect(!specification.leavesChildren)
    #expect(specification.limits.isEmpty)
  }

  @Test func `a bad attribute of a node fails its step with its name, and starts nothing`()
    async throws
  {
    try await Engine.sqlite.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      try await room.insert(
        """
        UPDATE agent SET node =
          '{"attributes":{"quarterdeck.limits.memory":"lots"},"name":"host","tags":[]}'
        """)
      room.agents.connect("host")
      let id = try await room.add(job("true"))
      try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        #expect(try await conductor.waitUntilEnded(launched.id)?.status == .failed)
        let row = try await room.store.ask.stepStates.rows(of: launched.id).first
        #expect(row?.state == .failed)
        #expect(
          row?.reason?.hasPrefix(
            "NotStarted: attribute of node host: quarterdeck.limits.memory: must be a size") == true
        )
      }
    }
  }
}
