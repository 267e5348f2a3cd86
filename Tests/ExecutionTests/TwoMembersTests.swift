import Model
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Execution

@Suite struct TwoMembersTests {
  @Test(arguments: Engine.all)
  func `of an exclusive job one run at a time starts, whichever member is asked`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database, clock: ContinuousClock())
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true"))
      try await room.conducting { one in
        try await room.conducting(of: "other") { other in
          for round in 1...5 {
            let answers = await Self.launch(id, on: [one, other], each: 6)
            let launched = answers.compactMap { try? $0.get() }
            try #require(launched.count == 1, "round \(round)")
            for case .failure(let error) in answers {
              #expect(error == .alreadyRunning(id, name: "backup", execution: launched[0].id))
            }
            let owner = launched[0].owner?.member == MemberID("other") ? other : one
            try await room.report(room.agents.next()!, .exited(code: 0), to: owner)
            #expect(try await owner.waitUntilEnded(launched[0].id)?.status == .succeeded)
          }
        }
      }
    }
  }

  @Test func `members that launch jobs in opposite orders do not hold each other up`() async throws
  {
    try await Engine.postgresql.withDatabase { database in
      let watched = WatchedDatabase(database)
      let room = try await ConductorRoom(watched, clock: ContinuousClock())
      var jobs: [JobID] = []
      for number in 0..<8 { jobs.append(try await room.add(job("true"), id: "job-\(number)")) }
      let all = jobs
      try await room.conducting { one in
        try await room.conducting(of: "other") { other in
          for _ in 0..<10 {
            async let forth = Self.launch(all, on: one)
            async let back = Self.launch(all.reversed(), on: other)
            _ = await (forth, back)
          }
        }
      }
      #expect(watched.state.withLock { $0.conflicts } == 0)
    }
  }

  private static func launch(
    _ job: JobID, on conductors: [ExecutionConductor], each: Int
  ) async -> [Result<ExecutionRecord, LaunchError>] {
    await withTaskGroup(of: Result<ExecutionRecord, LaunchError>.self) { group in
      for conductor in conductors {
        for _ in 0..<each { group.addTask { await launch(job, on: conductor) } }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }

  /// Without an agent each of them ends at once.
  private static func launch(_ jobs: [JobID], on conductor: ExecutionConductor) async {
    await withDiscardingTaskGroup { group in
      for job in jobs { group.addTask { _ = await launch(job, on: conductor) } }
    }
  }

  private static func launch(
    _ job: JobID, on conductor: ExecutionConductor
  ) async -> Result<ExecutionRecord, LaunchError> {
    do throws(LaunchError) {
      return .success(try await conductor.launch(RunRequest(.job(job), user: "admin")))
    } catch {
      return .failure(error)
    }
  }
}
