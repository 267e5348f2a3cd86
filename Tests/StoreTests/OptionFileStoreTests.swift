import Model
import Store
import TestSupport
import Testing

/// Uploaded files for options, from their first byte to the last record of them.
@Suite struct OptionFileStoreTests {
  private static func draft(_ id: String, job: String = "j") -> OptionFileDraft {
    OptionFileDraft(
      id: id, project: "p", job: JobID(job), option: "f", user: "me", fileName: "ü.txt",
      member: "m")
  }

  private static func upload(
    _ fixture: ExecutionFixture, _ id: String, _ pieces: [[UInt8]] = [[1, 2], [3]],
    usableFor time: Duration = .seconds(600), job: String = "j"
  ) async throws {
    let files = fixture.store.ask.optionFiles
    try await files.begin(draft(id, job: job))
    var size: Int64 = 0
    for piece in pieces {
      try await files.add(piece, at: size, of: id)
      size += Int64(piece.count)
    }
    #expect(try await files.finish(id, size: size, digest: "d", usableFor: time))
  }

  @Test(arguments: Engine.all)
  func `a file is uploaded in pieces, found, listed and read`(on engine: Engine) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      let files = fixture.store.ask.optionFiles
      try await files.begin(Self.draft("a"))
      #expect(try await files.find("a")?.state == .uploading)
      #expect(try await files.find("a")?.isUsable == false)
      try await files.abandon(["a"])
      #expect(try await files.find("a") == nil)
      try await Self.upload(fixture, "a")
      try await Self.upload(fixture, "b", [])
      try await Self.upload(fixture, "c", job: "k")
      #expect(try await !files.finish("a", size: 1, digest: "", usableFor: .zero))
      let found = try #require(try await files.find("a"))
      #expect(found.isUsable && found.size == 3 && found.fileName == "ü.txt" && found.user == "me")
      #expect(try await files.find(["a", "none", "b"]).map(\.id) == ["a", "b"])
      for (position, bytes) in [(0, [1, 2]), (1, [2]), (2, [3]), (3, [])] as [(Int64, [UInt8])] {
        #expect(try await files.piece(of: "a", at: position) == bytes)
      }
      #expect(try await files.piece(of: "b", at: 0).isEmpty)
      let page = try await files.list(of: JobID("j"), .temp, limit: 1, offset: 1)
      #expect(page.files.count == 1 && page.total == 2)
      #expect(try await files.list(of: JobID("j"), .deleted, limit: 9, offset: 0).total == 0)
    }
  }

  @Test(arguments: Engine.all)
  func `a file stays as long as an execution needs it, and no longer`(on engine: Engine)
    async throws
  {
    try await ExecutionFixture.with(engine) { fixture in
      let files = fixture.store.ask.optionFiles
      try await Self.upload(fixture, "a", usableFor: .zero)
      try await Self.upload(fixture, "b", usableFor: .zero)
      try await Self.upload(fixture, "c")
      let id = ExecutionFixture.owner.execution
      try await fixture.store.commit(
        ExecutionWrite.use(optionFiles: ["a", "none"], by: id)
          + ExecutionWrite.use(optionFiles: ["b"], by: ExecutionID(999)))
      #expect(try await files.used(by: id).map(\.id) == ["a"])
      #expect(try await files.find("a")?.execution == id)
      #expect(try await files.find("b")?.state == .expired)
      #expect(try await files.list(of: JobID("j"), .expired, limit: 9, offset: 0).total == 1)
      #expect(try await files.piece(of: "b", at: 0) == [1, 2])
      var done = try await files.sweep(limit: 10, grace: .zero, memory: .seconds(60))
      #expect(done.expired == 1 && done.deleted == 0)
      #expect(try await files.find("b")?.state == .expired)
      #expect(try await files.piece(of: "b", at: 0).isEmpty)
      #expect(try await files.find("a")?.state == .temp)
      #expect(try await files.find("c")?.isUsable == true)

      try await fixture.store.ask.run(
        "UPDATE execution SET status = 'succeeded' WHERE id = $1", [.integer(id.number)])
      done = try await files.sweep(limit: 10, grace: .zero, memory: .seconds(60))
      #expect(done.deleted == 1 && done.expired == 0)
      #expect(try await files.find("a")?.state == .deleted)
      #expect(try await files.used(by: id).map(\.state) == [.deleted])
      #expect(try await files.piece(of: "a", at: 0).isEmpty)
      done = try await files.sweep(limit: 10, grace: .zero, memory: .zero)
      #expect(done.forgotten == 2)
      #expect(try await files.find("a") == nil)
      #expect(try await files.find("c") != nil)
    }
  }

  @Test(arguments: Engine.all)
  func `an agent reads files of its own steps only, while they run`(on engine: Engine) async throws
  {
    try await ExecutionFixture.with(engine) { fixture in
      let files = fixture.store.ask.optionFiles
      try await Self.upload(fixture, "a")
      try await Self.upload(fixture, "b")
      try await fixture.assign(3)
      try await fixture.store.commit(
        ExecutionWrite.use(optionFiles: ["a"], by: ExecutionFixture.owner.execution))
      let agent = AgentID("a")
      #expect(try await files.mayRead("a", for: AssignmentID(3), by: agent))
      #expect(try await !files.mayRead("b", for: AssignmentID(3), by: agent))
      #expect(try await !files.mayRead("a", for: AssignmentID(4), by: agent))
      #expect(try await !files.mayRead("a", for: AssignmentID(3), by: AgentID("other")))
      try await fixture.store.ask.run("UPDATE assignment SET state = 'ended' WHERE id = 3")
      #expect(try await !files.mayRead("a", for: AssignmentID(3), by: agent))
    }
  }

  @Test(arguments: Engine.all)
  func `uploads that nobody ends are forgotten, and a project takes its files along`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      let files = fixture.store.ask.optionFiles
      try await files.begin(Self.draft("a"))
      try await files.add([1], at: 0, of: "a")
      try await fixture.store.ask.run("UPDATE option_file SET expires_at = 1 WHERE id = 'a'")
      let done = try await files.sweep(limit: 10, grace: .zero, memory: .zero)
      #expect(done.expired == 1)
      try await Self.upload(fixture, "b")
      try await fixture.store.ask.run("DELETE FROM execution")
      try await fixture.store.ask.run("DELETE FROM project WHERE name = 'p'")
      #expect(try await files.find("b") == nil)
    }
  }
}
