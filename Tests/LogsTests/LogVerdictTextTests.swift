import Logs
import Model
import Store
import TestSupport
import Testing

@Suite struct LogVerdictTextTests {
  @Test(arguments: Engine.all)
  func `a complete log is one line with its size, its lines and its chain`(
    on engine: Engine
  ) async throws {
    try await LogFixture.with(engine) { log in
      try await log.writer.append("eee", to: log.execution, at: Instant(microseconds: 1))
      let text = try await log.reader.verifier.verify(log.execution).text
      #expect(text.hasPrefix("execution 5: complete, 20 bytes, 1 line, chain "))
      #expect(text.split(separator: " ").last?.count == 64)
    }
  }

  @Test(arguments: Engine.all)
  func `what is missing and what is damaged are a line each, with all that is known`(
    on engine: Engine
  ) async throws {
    try await LogFixture.with(engine) { log in
      for time in 0...2 {
        try await log.writer.append(
          "eee", to: log.execution, at: Instant(microseconds: Int64(time) * 1_000_000))
      }
      try await log.store.ask.run("DELETE FROM log_chunk WHERE position = 20")
      let text = try await log.reader.verifier.verify(log.execution).text
      #expect(
        text == "execution 5: missing, bytes 20..<40 of the log, 1 line, "
          + "after 1970-01-01T00:00:00.000Z, before 1970-01-01T00:00:02.000Z, "
          + "no chunk holds these bytes")
    }
  }

  @Test func `a fault names the spool, the step and the node`() {
    var fault = LogFault(.damaged, positions: 8..<20, detail: "its bytes do not have their digest")
    fault.assignment = AssignmentID(3)
    fault.spoolOffsets = 28..<40
    fault.step = "1"
    fault.node = "db"
    #expect(
      fault.text == "damaged, bytes 8..<20 of the log, bytes 28..<40 of the spool of assignment 3, "
        + "step 1, node db, its bytes do not have their digest")
  }

  @Test(arguments: Engine.all)
  func `the executions to check are those of a project that ended since a time or go on`(
    on engine: Engine
  ) async throws {
    try await LogFixture.with(engine) { log in
      let logs = log.store.ask.logs
      try await log.store.ask.run(
        """
        INSERT INTO execution (id, project, definition, status, username, options, log_level, epoch,
          created_at, ended_at)
        VALUES (6, 'demo', '{}', 'succeeded', 'admin', '{}', 'NORMAL', 1, 1, 100),
          (7, 'demo', '{}', 'succeeded', 'admin', '{}', 'NORMAL', 1, 1, 200)
        """)
      #expect(try await logs.executions(limit: 10).map(\.number) == [5, 6, 7])
      #expect(try await logs.executions(limit: 2).map(\.number) == [5, 6])
      #expect(try await logs.executions(after: ExecutionID(6), limit: 2).map(\.number) == [7])
      let since = Instant(microseconds: 200)
      #expect(
        try await logs.executions(of: "demo", endedSince: since, limit: 9).map(\.number) == [5, 7])
      #expect(try await logs.executions(of: "other", limit: 9).isEmpty)
    }
  }
}
