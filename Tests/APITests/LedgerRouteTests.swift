import Model
import Store
import Testing

@testable import API

/// The audit and its explanations as the API gives them.
@Suite struct LedgerRouteTests {
  /// A schedule of each second that began ten minutes ago, whose first three instants have these outcomes: missed,
  /// none, missed. `first` is the first of them.
  private static func with(
    _ body: @Sendable (APIFixture, _ first: Instant) async throws -> Void
  ) async throws {
    try await APIFixture.with(cluster: { try await PlayedCluster($0) }) { api in
      let store = api.store
      let rule = JobSchedule(crontab: "* * * ? * * *", timeZone: "UTC")
      _ = try await store.transaction { scope in
        try await scope.schedules.put(
          rule, isEnabled: true, of: JobID("j"), project: "p", owner: MemberID("member"))
      }
      let seconds = try await store.now().microseconds / 1_000_000 - 600
      let begin = Instant(microseconds: seconds * 1_000_000)
      for table in ["schedule", "schedule_version"] {
        try await store.ask.run(
          "UPDATE \(table) SET valid_from = $1 WHERE job_id = 'j'", [.integer(begin.microseconds)])
      }
      let first = begin.advanced(by: .seconds(1))
      let rows = [0, 2].map {
        FireRow(
          job: JobID("j"), dueAt: first.advanced(by: .seconds($0)), version: 1, project: "p",
          outcome: .missed(.catchUpWindow))
      }
      let term = Term(member: MemberID("member"), incarnation: 1)
      #expect(try await store.ask.fires.record(rows, by: term) == [true, true])
      try await body(api, first)
    }
  }

  @Test func `an audit names the instant that has no outcome`() async throws {
    try await Self.with { api, first in
      let end = first.advanced(by: .seconds(2))
      let period = "begin=\(first.milliseconds - 1000)&end=\(end.milliseconds)"
      let audit = try await api.get("/quarterdeck/ledger/audit?\(period)").json
      #expect(audit["clean"] == false && audit["jobs"] == 1)
      #expect(audit["expected"] == 3 && audit["missed"] == 2 && audit["open"] == 0)
      let gap = audit["gaps"]?.elements?.first
      let missing = first.advanced(by: .seconds(1)).iso8601
      #expect(gap?["job"] == "j" && gap?["count"] == 1)
      #expect(gap?["first"] == .text(missing) && gap?["last"] == .text(missing))
      #expect(audit["duplicates"] == [] && audit["unexpected"] == [])
    }
  }

  @Test func `an audit of one good instant, or of another project, is clean`() async throws {
    try await Self.with { api, first in
      let one = "begin=\(first.milliseconds - 1000)&end=\(first.milliseconds)"
      #expect(try await api.get("/quarterdeck/ledger/audit?\(one)").json["clean"] == true)
      let other = try await api.get("/quarterdeck/ledger/audit?project=q").json
      #expect(other["clean"] == true && other["jobs"] == 0)
    }
  }

  @Test func `why names the one thing that decided`() async throws {
    try await Self.with { api, first in
      let missed = try await api.get("/job/j/why?at=\(first.iso8601)").json
      #expect(missed["job"] == "j" && missed["at"] == .text(first.iso8601))
      #expect(missed["fire"]?["reason"] == "catchUpWindow")
      #expect(missed["crontab"] == "* * * ? * * *" && missed["owner"] == "member")
      #expect(missed["reason"]?.scalar?.isEmpty == false)
      let gap = try await api.get(
        "/job/j/why?at=\(first.advanced(by: .seconds(1)).iso8601)"
      ).json
      #expect(gap["fire"] == nil && gap["verdict"] != missed["verdict"])
    }
  }

  @Test func `why needs a time`() async throws {
    try await Self.with { api, _ in
      let answer = try await api.get("/job/j/why")
      #expect(answer.status == 400 && answer.message?.contains("at") == true)
      #expect(try await api.get("/job/j/why?at=noon").status == 400)
    }
  }
}
