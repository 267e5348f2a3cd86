import Database
import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// Executions over the nodes of several agents.
@Suite struct DispatchTests {
  @Test(arguments: Engine.all)
  func `nodes are gone through in their order, each with all steps`(on engine: Engine) async throws
  {
    let dispatch = NodeDispatch(filter: ".*")
    let run = try await Self.run(dispatch, steps: ["one", "two"], on: engine) { _ in 0 }
    #expect(
      run.started == [
        "one@alpha", "two@alpha", "one@beta", "two@beta", "one@gamma", "two@gamma",
      ])
    #expect(run.record.status == .succeeded)
  }

  @Test func `a descending rank turns the order round`() async throws {
    let dispatch = NodeDispatch(filter: "alpha,gamma", rankOrder: .descending)
    let run = try await Self.run(dispatch, steps: ["one"], on: .sqlite) { _ in 0 }
    #expect(run.started == ["one@gamma", "one@alpha"])
  }

  @Test(arguments: Engine.all) func `a failed node keeps the others from starting`(
    on engine: Engine
  ) async throws {
    let dispatch = NodeDispatch(filter: ".*", keepgoing: false)
    let run = try await Self.run(dispatch, steps: ["one", "two"], on: engine) {
      $0 == "alpha" ? 3 : 0
    }
    #expect(run.started == ["one@alpha"])
    #expect(run.record.status == .failed)
    #expect(run.record.endReason == "Step 1 failed on node alpha")
    #expect(run.states["1@alpha"] == .failed)
    #expect(run.states.values.filter { $0 == .notStarted }.count == 5)
  }

  @Test(arguments: Engine.all) func `with keepgoing the others run, and the execution fails`(
    on engine: Engine
  ) async throws {
    let dispatch = NodeDispatch(filter: ".*", keepgoing: true)
    let run = try await Self.run(dispatch, steps: ["one", "two"], on: engine) {
      $0 == "gamma" ? 0 : 3
    }
    #expect(run.started == ["one@alpha", "one@beta", "one@gamma", "two@gamma"])
    #expect(run.record.status == .failed)
    #expect(run.record.endReason == "Step 1 failed on node alpha, and 1 more")
    let lines = ["Result: 3", "Failed: NonZeroResultCode: Result code was 3"]
    #expect(run.lines == lines + lines)
  }

  @Test func `as many nodes at once as there are threads`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let room = try await Self.room(database)
      try await room.conducting { conductor in
        let dispatch = NodeDispatch(filter: ".*", threadcount: "2")
        let id = try await room.add(job("one", filter: dispatch))
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let first = await room.next(2)
        try await room.report(first[1], .exited(code: 0), to: conductor)
        let third = await room.agents.next()!
        #expect(first.map(\.id) + [third.id] == (1...3).map { AssignmentID($0) })
        try await room.report(first[0], .exited(code: 0), to: conductor)
        try await room.report(third, .exited(code: 0), to: conductor)
        #expect(try await conductor.waitUntilEnded(launched.id)?.status == .succeeded)
      }
    }
  }

  private struct Run {
    var started: [String] = []
    var record: ExecutionRecord
    var states: [String: StepState]
    /// The control plane's own lines.
    var lines: [String]
  }

  private static func room(_ database: any Database) async throws -> ConductorRoom {
    let room = try await ConductorRoom(database)
    for name in ["gamma", "alpha", "beta"] {
      try await room.enrol(name)
      room.agents.connect(name)
    }
    return room
  }

  /// Plays an execution on three nodes to its end; `exit` says how all steps on a node end.
  private static func run(
    _ dispatch: NodeDispatch, steps: [String], on engine: Engine,
    exit: @escaping @Sendable (String) -> Int32
  ) async throws -> Run {
    try await engine.withDatabase { database in
      let room = try await room(database)
      let definition = Job(
        name: "backup", workflow: Workflow(steps: steps.map { WorkflowStep(.exec($0)) }),
        nodeFilter: dispatch)
      let id = try await room.add(definition)
      return try await room.conducting(log: ChunkLog(dialect: room.store.ask.dialect)) {
        conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let started = Task { () -> [String] in
          var started: [String] = []
          while let assignment = await room.agents.next() {
            let node = try await room.store.ask.assignments.find(assignment.id)!.key.node
            started.append("\(assignment.specification.arguments.last!)@\(node)")
            try await room.report(assignment, .exited(code: exit(node)), to: conductor)
          }
          return started
        }
        let record = try await conductor.waitUntilEnded(launched.id)!
        started.cancel()
        return Run(
          started: try await started.value, record: record,
          states: try await room.states(launched.id), lines: try await room.lines(launched.id))
      }
    }
  }
}

extension ConductorRoom {
  /// What a `ChunkLog` wrote.
  func lines(_ id: ExecutionID) async throws -> [String] {
    try await store.ask.all(
      "SELECT data FROM log_chunk WHERE execution_id = $1 ORDER BY position",
      [.integer(id.number)]
    ) { (row: Row) throws(StoreError) in String(decoding: try row.blob("data"), as: UTF8.self) }
  }
}
