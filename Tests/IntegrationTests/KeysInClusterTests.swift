import Glibc
import HTTPClient
import TestSupport
import Testing

/// The key storage of several members.
@Suite(.serialized) struct KeysInClusterTests {
  private static let job = CasesOptions.job(
    "stored", "- {name: pw, secure: true, valueExposed: true, storagePath: keys/project/test/db}",
    #"- script: 'echo "is $(printf %s "$RD_OPTION_PW" | tr a-z A-Z)"'"#)

  @Test func `every member has what another one stored, and goes on when that one dies`()
    async throws
  {
    try await ClusterScenario.run(members: 2) { scenario in
      try await scenario.api(0).store("first", at: "keys/project/test/db")
      let job = try await scenario.api(1).importJob(Self.job, into: "test")
      #expect(try await output(of: job, scenario.api(1)) == "is FIRST\n")
      // Both write at once: one key is there, and it is whole.
      async let one: Void = scenario.api(0).store("left", at: "keys/both/x")
      async let other: Void = scenario.api(1).store("right", at: "keys/both/x")
      _ = try? await (one, other)
      for index in 0..<2 {
        let folder = try await scenario.api(index).json("GET", "/storage/keys/both")
        #expect(folder.resources.items.count == 1)
      }
      scenario.members[0].kill()
      try await scenario.api(1).store("second", at: "keys/project/test/db")
      #expect(try await output(of: job, scenario.api(1)) == "is SECOND\n")
    }
  }

  private func output(of job: String, _ api: APIClient) async throws -> String {
    let id = try await api.run(job)
    #expect(try await api.ending(id) == "succeeded")
    return try await api.output(id)
  }

  @Test func `a schedule with a stored secret goes on with the others when its member dies`()
    async throws
  {
    try await ClusterScenario.run(members: 2) { scenario in
      try await scenario.api(0).store("tick", at: "keys/project/test/db")
      let job = try await scenario.api(0).importJob(
        Self.job
          + "\n  multipleExecutions: true\n  timeZone: UTC\n  schedule: {crontab: '* * * ? * * *'}",
        into: "test")
      let before = try await nextRun(of: job, after: 0, scenario.api(1))
      scenario.members[0].kill()
      let last = try await nextRun(of: job, after: before, scenario.api(1))
      let run = try await nextRun(of: job, after: last, scenario.api(1))
      #expect(try await scenario.api(1).ending(run) == "succeeded")
      #expect(try await scenario.api(1).output(run).contains("is TICK"))
    }
  }

  private func nextRun(of job: String, after execution: Int, _ api: APIClient) async throws -> Int {
    try await eventually("the next run of \(job)") {
      let newest = try? await api.json("GET", "/job/\(job)/executions?max=1").executions[0].id.int
      return newest.flatMap { $0 > execution ? $0 : nil }
    }
  }

  @Test func `without its cluster key a member lists keys, refuses their runs and takes new ones`()
    async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      try await api.store("first", at: "keys/project/test/db")
      let job = try await api.importJob(Self.job, into: "test")
      await scenario.member.stop()
      unlink("\(scenario.installation.folder)/member/cluster.key")
      scenario.member = try await scenario.installation.startControlPlane()
      #expect(scenario.member.process.output.contains("nor can stored keys"))
      let folder = try await api.json("GET", "/storage/keys/project/test")
      #expect(folder.resources.items.count == 1)
      let message = try await api.refusal(of: job, "{}")
      #expect(message.contains("another cluster key") && message.contains("'pw'"))
      #expect(message.contains("keys/project/test/db"))
      try await api.store("second", at: "keys/project/test/db")
      let id = try await api.run(job)
      #expect(try await api.ending(id) == "succeeded")
    }
  }
}
