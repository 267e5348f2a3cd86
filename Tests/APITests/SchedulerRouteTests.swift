import HTTPTypes
import Model
import Store
import Testing

@testable import API

/// Schedules as the API shows them, who owns them, and what came of their instants.
struct SchedulerRouteTests {
  private static func yaml(_ id: String, crontab: String = "0 0 2 ? * * *", zone: String = "UTC")
    -> String
  {
    """
    - name: \(id)
      uuid: \(id)
      schedule:
        crontab: '\(crontab)'
      timeZone: \(zone)
      sequence:
        commands:
        - exec: 'true'
    """
  }

  /// A fixture with project `p` and two scheduled jobs, `one` and `two`, imported through the member `member`.
  private static func with(_ body: @Sendable (APIFixture) async throws -> Void) async throws {
    try await APIFixture.with { fixture in
      for name in ["member", "other"] {
        let facts = MemberFacts(
          id: MemberID(name), name: name, url: "", version: "1", hostname: "here")
        _ = try await fixture.store.ask.members.register(facts, after: nil)
      }
      try await fixture.json(.post, "/projects", body: #"{"name":"p"}"#)
      for id in ["one", "two"] {
        try await fixture.json(
          .post, "/project/p/jobs/import?fileformat=yaml", type: "application/yaml",
          body: yaml(id))
      }
      try await body(fixture)
    }
  }

  @Test func `whoever imports a scheduled job owns its schedule, and lists say so`() async throws {
    try await Self.with { fixture in
      let jobs = try await fixture.json(.get, "/scheduler/jobs")
      #expect(jobs.elements?.compactMap { $0["id"]?.scalar } == ["one", "two"])
      #expect(jobs.elements?.allSatisfy { $0["serverNodeUUID"] == "member" } == true)
      #expect(jobs.elements?.allSatisfy { $0["serverOwner"] == true } == true)
      let others = try await fixture.json(.get, "/scheduler/server/other/jobs")
      #expect(others.elements?.isEmpty == true)
      let listed = try await fixture.json(
        .get, "/project/p/jobs?serverNodeUUIDFilter=member")
      #expect(listed.elements?.count == 2)
    }
  }

  @Test func `a takeover moves the schedules that it selects and says whose they were`()
    async throws
  {
    try await Self.with { fixture in
      _ = try await fixture.store.takeSchedules(
        .jobs([JobID("two")]), for: MemberID("other"), by: nil)
      let answer = try await fixture.json(
        .put, "/scheduler/takeover", body: #"{"server":{"uuid":"other"}}"#)
      #expect(answer["message"] == "Schedule Takeover successful for 1/1 Jobs.")
      let taken = answer["takeoverSchedule"]?["jobs"]?["successful"]?.elements?.first
      #expect(taken?["id"] == "two")
      #expect(taken?["previous-owner"] == "other")
      #expect(answer["takeoverSchedule"]?["server"]?["uuid"] == "other")
      #expect(answer["self"]?["server"]?["uuid"] == "member")
      let owners = try await fixture.store.ask.schedules.find([JobID("one"), JobID("two")])
      #expect(owners.allSatisfy { $0.owner == MemberID("member") })
    }
  }

  @Test(arguments: [
    (#"{"server":{"all":true}}"#, 2), (#"{"project":"p"}"#, 2), (#"{"job":{"id":"one"}}"#, 1),
    (#"{"server":{"all":true},"jobs":[{"id":"one"},{"id":"two"}]}"#, 2),
    (#"{"server":{"uuid":"other"},"project":"p"}"#, 2), (#"{"project":"q"}"#, 0),
  ])
  func `every documented form of a takeover selects what it names`(
    body: String, count: Int
  ) async throws {
    try await Self.with { fixture in
      _ = try await fixture.store.takeSchedules(.all, for: MemberID("other"), by: nil)
      let answer = try await fixture.json(.put, "/scheduler/takeover", body: body)
      let jobs = answer["takeoverSchedule"]?["jobs"]
      #expect(jobs?["successful"]?.elements?.count == count)
      #expect(jobs?["total"] == .integer(Int64(count)))
    }
  }

  @Test(arguments: [
    ("{}", "server.uuid"), (#"{"server":{}}"#, "server.uuid"),
    (#"{"server":{"all":"yes"}}"#, "server.all"), (#"{"jobs":[{}]}"#, "jobs.id"),
    (#"{"job":{"id":7}}"#, "job.id"), ("[]", "object"),
  ])
  func `a takeover that says nothing usable names what is missing`(
    body: String, named: String
  ) async throws {
    try await Self.with { fixture in
      let error = try await fixture.error(
        .put, "/scheduler/takeover", body: body, status: .badRequest)
      #expect(error.contains(named))
    }
  }

  @Test func `a job that is named and has no schedule fails by name`() async throws {
    try await Self.with { fixture in
      let answer = try await fixture.json(
        .put, "/scheduler/takeover", body: #"{"job":{"id":"nobody"}}"#)
      #expect(answer["takeoverSchedule"]?["jobs"]?["failed"]?.elements?.first?["id"] == "nobody")
      #expect(answer["success"] == false)
      #expect(answer["message"] == "Schedule Takeover successful for 0/1 Jobs.")
    }
  }

  @Test func `a forecast lists the coming instants, or the past ones`() async throws {
    try await Self.with { fixture in
      let week = try await fixture.json(.get, "/job/one/forecast?time=1w")
      let coming = week["futureScheduledExecutions"]?.elements ?? []
      #expect(coming.count == 7)
      #expect(coming.allSatisfy { $0.scalar?.hasSuffix("T02:00:00Z") == true })
      #expect(week["projectDisableSchedule"] == false)
      let next = try await fixture.json(.get, "/job/one/forecast?time=1w&max=1")
      #expect(next["futureScheduledExecutions"]?.elements?.count == 1)
      let past = try await fixture.json(.get, "/job/one/forecast?time=2d&past=true")
      #expect(past["futureScheduledExecutions"]?.elements?.count == 2)
      let error = try await fixture.error(
        .get, "/job/one/forecast?time=soon", status: .badRequest)
      #expect(error.contains("time") && error.contains("soon"))
    }
  }

  @Test func `a forecast lists the next instants with their local times when it is asked to`()
    async throws
  {
    try await Self.with { fixture in
      try await fixture.json(
        .post, "/project/p/jobs/import?fileformat=yaml", type: "application/yaml",
        body: Self.yaml("summer", crontab: "0 30 2 29 3 ? 2099", zone: "Europe/Berlin"))
      let answer = try await fixture.json(.get, "/job/summer/forecast?quarterdeck.next=3")
      #expect(answer["futureScheduledExecutions"]?.elements?.isEmpty == true)
      let next = answer["quarterdeck.next"]?.elements
      #expect(next?.count == 1)
      #expect(next?.first?["localTime"] == "2099-03-29T03:00:00+02:00")
      #expect(next?.first?["instant"] == "2099-03-29T01:00:00Z")
      #expect(next?.first?["remark"]?.scalar?.contains("skips") == true)
      let plain = try await fixture.json(.get, "/job/one/forecast?quarterdeck.next=2")
      #expect(plain["quarterdeck.next"]?.elements?.count == 2)
      #expect(plain["quarterdeck.next"]?.elements?.first?["remark"] == nil)
      #expect(try await fixture.json(.get, "/job/one/forecast")["quarterdeck.next"] == nil)
    }
  }

  @Test(arguments: [
    ("61 0 2 ? * * *", "UTC", "61"), ("0 0 2 ? * * *", "Mars/Olympus", "Mars/Olympus"),
    ("0 0 0 30 2 ? *", "UTC", "0 0 0 30 2 ? *"),
  ])
  func `a schedule that cannot be or never is due is refused by name and writes nothing`(
    crontab: String, zone: String, named: String
  ) async throws {
    try await Self.with { fixture in
      let answer = try await fixture.json(
        .post, "/project/p/jobs/import?fileformat=yaml", type: "application/yaml",
        body: Self.yaml("bad", crontab: crontab, zone: zone))
      let message = answer["failed"]?.elements?.first?["error"]?.scalar ?? ""
      #expect(message.contains(named))
      #expect(try await fixture.store.ask.jobs.find(JobID("bad")) == nil)
    }
  }

  @Test func `the switch of a schedule closes one version and opens another`() async throws {
    try await Self.with { fixture in
      try await fixture.json(.post, "/job/one/schedule/disable")
      let stored = try await fixture.store.ask.schedules.find([JobID("one")]).first
      #expect(stored?.isEnabled == false)
      #expect(stored?.version == 2)
    }
  }

  @Test func `the outcomes of due instants are listed page by page`() async throws {
    try await Self.with { fixture in
      let store = fixture.store
      let member = try #require(try await store.ask.members.find(MemberID("member")))
      let now = try await store.now()
      let rows = (1...3).map { second in
        FireRow(
          job: JobID("one"), dueAt: now.advanced(by: .seconds(second)), version: 1, project: "p",
          outcome: .missed(.catchUpWindow))
      }
      #expect(try await store.ask.fires.record(rows, by: member.term) == [true, true, true])
      let first = try await fixture.json(.get, "/quarterdeck/ledger/fires?job=one&max=2")
      #expect(first["fires"]?.elements?.count == 2)
      #expect(first["fires"]?.elements?.first?["reason"] == "catchUpWindow")
      let next = try #require(first["next"]?.scalar)
      let rest = try await fixture.json(
        .get, "/quarterdeck/ledger/fires?job=one&max=2&after=\(next)")
      #expect(rest["fires"]?.elements?.count == 1)
      #expect(rest["next"] == nil)
    }
  }
}

extension APIFixture {
  /// Sends a JSON body, or another type, and reads the answer, which must be a success.
  @discardableResult
  fileprivate func json(
    _ method: HTTPRequest.Method, _ path: String, type: String = "application/json",
    body: String? = nil
  ) async throws -> JSON {
    let answer = try await send(method, path, body: body, type: body == nil ? nil : type)
    #expect((200..<300).contains(answer.status), "\(answer.text)")
    return answer.json
  }

  /// The message of an answer that must have that status.
  fileprivate func error(
    _ method: HTTPRequest.Method, _ path: String, body: String? = nil,
    status: HTTPResponse.Status
  ) async throws -> String {
    let answer = try await send(
      method, path, body: body, type: body.map { _ in "application/json" })
    #expect(answer.status == status.code)
    return answer.message ?? answer.text
  }
}
