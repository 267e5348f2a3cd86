import Database
import Logging
import Model
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Execution

/// Where the value of a secure option may be seen: in the specification of its own run's steps, and nowhere else.
@Suite struct SecretsTests {
  private static let secret = "Xk9-very-secret-7Q"

  @Test(arguments: Engine.all) func `no table and no line of our own log has a secret in it`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      var guarded = job("login ${option.shown} ${option.hidden}", "false")
      guarded.options = [
        JobOption(name: "shown", secure: true, valueExposed: true),
        JobOption(name: "hidden", secure: true),
      ]
      let id = try await room.add(guarded)
      let journal = LogRecorder(level: .trace)
      try await room.conducting(
        log: ChunkLog(dialect: database.dialect), logger: journal.logger
      ) { conductor in
        let launched = try await conductor.launch(
          RunRequest(
            .job(id), options: ["shown": Self.secret, "hidden": Self.secret + "2"], user: "admin"))
        let first = await room.agents.next()!
        #expect(
          first.specification.secrets
            == [Array((Self.secret + "2").utf8), Array(Self.secret.utf8)])
        try await room.report(first, .exited(code: 0), to: conductor)
        let second = await room.agents.next()!
        // A step may print what another one was given.
        #expect(second.specification.secrets == first.specification.secrets)
        // What is not exposed is in nobody's environment and in nobody's arguments.
        let seen = "\(first.specification.environment) \(first.specification.arguments)"
        #expect(seen.contains(Self.secret))
        #expect(!seen.contains(Self.secret + "2"))
        try await room.report(second, .exited(code: 3), to: conductor)
        #expect(try await conductor.waitUntilEnded(launched.id)?.status == .failed)
      }
      #expect(try await room.tablesWith(Self.secret) == [])
      #expect(try await room.tablesWith("login").contains("execution"))
      #expect(journal.lines.contains { $0.contains("Execution launched") })
      #expect(!journal.lines.contains { $0.contains(Self.secret) })
    }
  }

  @Test func `another run's steps are not given it`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      var guarded = job("true", multiple: true)
      guarded.options = [JobOption(name: "pw", secure: true, valueExposed: true)]
      let id = try await room.add(guarded)
      try await room.conducting { conductor in
        _ = try await conductor.launch(
          RunRequest(.job(id), options: ["pw": Self.secret], user: "admin"))
        _ = await room.agents.next()
        _ = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let other = await room.agents.next()!
        #expect(other.specification.secrets.isEmpty)
        #expect(!"\(other.specification)".contains(Self.secret))
      }
    }
  }
}

extension ConductorRoom {
  /// The tables in which a text is found, in any column; also as bytes.
  fileprivate func tablesWith(_ text: String) async throws -> [String] {
    let names: [String] = try await store.ask.all(
      store.ask.dialect.forUpdate.isEmpty
        ? "SELECT name FROM sqlite_master WHERE type = 'table'"
        : """
        SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = current_schema()
        """
    ) { (row: Row) throws(StoreError) in try row.text("name") }
    #expect(names.count > 10)
    let wanted = Array(text.utf8)
    var found: [String] = []
    for name in names.sorted() {
      let rows = try await store.database.run(Statement("SELECT * FROM \(name)")).rows
      let holds = rows.contains { row in
        row.values.contains { value in
          switch value {
          case .text(let text): text.utf8.contains(wanted)
          case .blob(let bytes): bytes.contains(wanted)
          default: false
          }
        }
      }
      if holds { found.append(name) }
    }
    return found
  }
}
