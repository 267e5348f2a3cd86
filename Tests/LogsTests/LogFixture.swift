import Logs
import Model
import Spool
import Store
import TestSupport

/// A migrated store with one execution and two assignments, whose spools tests write.
struct LogFixture {
  let store: Store
  let execution = ExecutionID(5)
  let signals = LogSignals(member: "test")
  var reader: LogReader { LogReader(store: store) }
  var writer: LogWriter { LogWriter(store: store, signals: signals) }

  static func with(_ engine: Engine, _ body: (LogFixture) async throws -> Void) async throws {
    try await engine.withDatabase { database in
      let fixture = LogFixture(store: Store(database))
      try await fixture.store.migrate()
      try await fixture.prepare()
      try await body(fixture)
    }
  }

  func prepare() async throws {
    try await store.ask.run(
      "INSERT INTO project (name, description, created_at) VALUES ('demo', '', 1)")
    try await store.ask.run(
      """
      INSERT INTO execution
        (id, project, definition, status, username, options, log_level, epoch, created_at)
      VALUES (5, 'demo', '{}', 'running', 'admin', '{}', 'NORMAL', 1, 1)
      """)
    for id in 1...2 {
      try await store.ask.run(
        """
        INSERT INTO assignment (id, execution_id, step, node, attempt, agent_id, epoch, state,
          specification, created_at)
        VALUES (\(id), 5, '\(id)', 'node-\(id)', 1, 'a', 1, 'assigned', $1, 1)
        """, [.blob([1])])
    }
  }

  /// Stores frames as one chunk of the assignment's log.
  func store(_ frames: [Frame], of assignment: Int64 = 1) async throws {
    let id = AssignmentID(assignment)
    guard let target = try await store.ask.logs.targets([id])[id] else { return }
    var advance = SpoolAdvance(target: target)
    let lines = frames.filter(\.kind.isOutput).reduce(0) { $0 + LogLines.count(in: $1.payload) }
    let draft = LogChunkDraft(data: frames.flatMap(\.bytes), lines: lines)
    advance.to += Int64(draft.data.count)
    advance.output = [.init(draft: draft, spoolOffset: advance.target.stored)]
    _ = try await store.ask.logs.ingest([advance])
  }

  func out(_ text: String, at time: Int64 = 1, flags: FrameFlags = []) -> Frame {
    Frame(.stdout, flags: flags, time: time, text: text)
  }
}
