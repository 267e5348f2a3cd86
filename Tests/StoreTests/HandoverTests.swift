import Database
import Model
import Store
import TestSupport
import Testing

@Suite struct HandoverTests {
  private static let five = Duration.seconds(5)

  @Test(arguments: Engine.all)
  func `a dead member's schedules and executions are dealt evenly over the others`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let (dead, a, b) = (
        try await fixture.join("dead"), try await fixture.join("a"), try await fixture.join("b")
      )
      for number in 1...6 {
        _ = try await fixture.schedule("p\(number)", owner: dead)
        _ = try await fixture.schedule("q\(number)", owner: dead, project: "q")
      }
      _ = try await fixture.schedule("mine", owner: a)
      for number in 1...5 as ClosedRange<Int64> { try await fixture.run(number, owner: dead) }
      try await fixture.run(6, owner: a)
      try await fixture.silence(dead, for: 6)
      let plan = HandoverPlan(
        schedules: [nil: [a.member, b.member], "q": [b.member]], executions: [a, b])
      let result = try #require(
        try await fixture.store.fence(dead, deadFor: Self.five, plan: plan, by: a))
      #expect(result.schedules == [a.member: 3, b.member: 9])
      #expect(result.executions.map(\.owner.term) == [a, b, a, b, a])
      #expect(result.executions.allSatisfy { $0.owner.epoch == Epoch(2) && !$0.mustEnd })
      #expect(try await fixture.schedules.counts() == [a.member: 4, b.member: 9])
      let ours = try await fixture.store.ask.executions.unfinished(of: b.member)
      #expect(ours == result.executions.map(\.owner).filter { $0.term == b })
      #expect(try await fixture.store.ask.executions.unfinished(of: dead.member).isEmpty)
      for (number, epoch) in [(1, 2), (5, 2), (6, 1)] as [(Int64, Int64)] {
        let assignment = try await fixture.store.ask.assignments.find(AssignmentID(number))
        #expect(assignment?.epoch == Epoch(epoch))
      }
      let fenced = try #require(try await fixture.members.find(dead.member))
      #expect(fenced.fencedAt == result.at && fenced.fencedBy == a.member)
    }
  }

  @Test(arguments: Engine.all)
  func `a fence leaves its reasons: the end of the term, each project's schedules, each execution`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let (dead, a) = (try await fixture.join("dead"), try await fixture.join("a"))
      _ = try await fixture.schedule("j", owner: dead)
      try await fixture.run(7, owner: dead)
      try await fixture.silence(dead, for: 6)
      let plan = HandoverPlan(evenlyOver: [a])
      _ = try await fixture.store.fence(dead, deadFor: Self.five, plan: plan, by: a)
      let decisions = try await fixture.store.ask.decisions.list(DecisionQuery()).map(\.decision)
      #expect(decisions.map(\.kind) == [.adoption, .takeover, .fence])
      #expect(decisions.map(\.subject) == [a.member, a.member, dead.member])
      #expect(decisions[0].execution == ExecutionID(7) && decisions[1].project == "p")
      #expect(decisions.allSatisfy { $0.member == a.member && $0.reason.contains("dead#1") })
    }
  }

  @Test(arguments: Engine.all)
  func `only a silent term that is still the member's is fenced, once, and by a present one`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let (m, a) = (try await fixture.join("m"), try await fixture.join("a"))
      let plan = HandoverPlan(evenlyOver: [a])
      func fence(_ term: Term, by other: Term = a) async throws -> Bool {
        try await fixture.store.fence(term, deadFor: Self.five, plan: plan, by: other) != nil
      }
      #expect(try await fence(m) == false)
      try await fixture.silence(m, for: 6)
      #expect(try await fence(Term(member: m.member, incarnation: 2)) == false)
      let stranger = Term(member: a.member, incarnation: 9)
      await #expect(throws: StoreError.self) { try await fence(m, by: stranger) }
      _ = try await fixture.members.heartbeat(m, load: MemberLoad())
      #expect(try await fence(m) == false)
      try await fixture.silence(m, for: 6)
      #expect(try await fence(m))
      #expect(try await fence(m) == false)
      await #expect(throws: StoreError.staleTerm(subject: "the member's heartbeat", term: m)) {
        try await fixture.members.heartbeat(m, load: MemberLoad())
      }
      #expect(try await fixture.members.isCurrent(m) == false)
      let again = try await fixture.join("m")
      #expect(again.incarnation == 2)
      #expect(try await fixture.members.find(m.member)?.fencedAt == nil)
    }
  }

  @Test(arguments: Engine.all)
  func `whoever is fenced, has left or drains meanwhile gets nothing`(on engine: Engine)
    async throws
  {
    try await ClusterFixture.with(engine) { fixture in
      var terms: [String: Term] = [:]
      for name in ["a", "dead", "drains", "fenced", "left", "old"] {
        terms[name] = try await fixture.join(name)
      }
      let (a, dead) = (terms["a"]!, terms["dead"]!)
      let plan = HandoverPlan(evenlyOver: terms.values.filter { $0 != dead })
      for number in 1...8 { _ = try await fixture.schedule("j\(number)", owner: dead) }
      for number in 1...8 as ClosedRange<Int64> { try await fixture.run(number, owner: dead) }
      try await fixture.members.setDraining(terms["drains"]!, true)
      try await fixture.members.markLeft(terms["left"]!)
      try await fixture.silence(terms["fenced"]!, for: 6)
      _ = try await fixture.store.fence(
        terms["fenced"]!, deadFor: Self.five, plan: HandoverPlan(evenlyOver: [a]), by: a)
      let next = try await fixture.join("old")
      try await fixture.silence(dead, for: 6)
      let result = try await fixture.store.fence(dead, deadFor: Self.five, plan: plan, by: a)
      // The new incarnation is as good for schedules, but not for executions, which name the term.
      #expect(result?.schedules == [a.member: 4, next.member: 4])
      #expect(Set(result?.executions.map(\.owner.term) ?? []) == [a])
    }
  }

  @Test(arguments: Engine.all)
  func `what nobody may have ends: schedules lose their owner, executions are to be ended`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let (dead, a) = (try await fixture.join("dead"), try await fixture.join("a"))
      _ = try await fixture.schedule("j", owner: dead)
      try await fixture.run(7, owner: dead)
      try await fixture.silence(dead, for: 6)
      let plan = HandoverPlan(schedules: [:], executions: [], endReason: "nobody may")
      let result = try #require(
        try await fixture.store.fence(dead, deadFor: Self.five, plan: plan, by: a))
      #expect(result.schedules == [nil: 1])
      #expect(result.executions.map(\.mustEnd) == [true])
      let record = try await fixture.store.ask.executions.find(ExecutionID(7))
      #expect(record?.owner == a && record?.status == .running)
      #expect(record?.endReason == "nobody may")
      #expect(try await fixture.schedule(of: "j")?.owner == nil)
      let taken = try await fixture.store.takeSchedules(.unowned, for: a.member, by: a)
      #expect(taken.taken.map(\.job.text) == ["j"] && taken.taken[0].previous == nil)
    }
  }

  @Test(arguments: Engine.all)
  func `a member that leaves hands over what it owns, and keeps runs that nobody may have`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let (m, a) = (try await fixture.join("m"), try await fixture.join("a"))
      _ = try await fixture.schedule("j", owner: m)
      try await fixture.run(7, owner: m, status: .scheduled)
      let poor = try await fixture.store.handOver(
        from: m, plan: HandoverPlan(schedules: [nil: [a.member]], executions: []))
      #expect(poor.schedules == [a.member: 1] && poor.executions.isEmpty)
      let rich = try await fixture.store.handOver(from: m, plan: HandoverPlan(evenlyOver: [a]))
      #expect(rich.executions.map(\.owner.term) == [a])
      #expect(try await fixture.members.isCurrent(m))
      #expect(try await fixture.members.markLeft(m))
      #expect(try await fixture.members.markLeft(m) == false)
      await #expect(throws: StoreError.staleTerm(subject: "the hand-over of \(m)", term: m)) {
        try await fixture.store.handOver(from: m, plan: HandoverPlan(evenlyOver: [a]))
      }
    }
  }

  @Test(arguments: Engine.all)
  func `heirs that are all gone are not nobody: everything stays as it is`(on engine: Engine)
    async throws
  {
    try await ClusterFixture.with(engine) { fixture in
      let (dead, a, gone) = (
        try await fixture.join("dead"), try await fixture.join("a"), try await fixture.join("gone")
      )
      _ = try await fixture.schedule("j", owner: dead)
      try await fixture.run(7, owner: dead)
      try await fixture.members.markLeft(gone)
      let left = try await fixture.store.handOver(
        from: dead, plan: HandoverPlan(evenlyOver: [gone]))
      #expect(left.schedules.isEmpty && left.executions.isEmpty)
      try await fixture.silence(dead, for: 6)
      let plans = [
        HandoverPlan(schedules: [nil: [a.member]], executions: [gone]),
        HandoverPlan(schedules: [nil: [a.member], "p": [gone.member]], executions: [a]),
      ]
      for plan in plans {
        let error = await #expect(throws: StoreError.self) {
          try await fixture.store.fence(dead, deadFor: Self.five, plan: plan, by: a)
        }
        #expect(error?.isRetryable == true)
      }
      #expect(try await fixture.members.isCurrent(dead))
      #expect(try await fixture.schedule(of: "j")?.owner == dead.member)
      let record = try await fixture.store.ask.executions.find(ExecutionID(7))
      #expect(record?.owner == dead && record?.endReason == nil)
    }
  }

  @Test(arguments: Engine.all)
  func `the members hear of a fence when it is done`(on engine: Engine) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let (dead, a) = (try await fixture.join("dead"), try await fixture.join("a"))
      try await fixture.run(7, owner: dead)
      try await fixture.silence(dead, for: 6)
      var notices = fixture.store.clusterNotices().makeAsyncIterator()
      #expect(await notices.next() == ClusterMessage(origin: nil, notices: [.unknown]))
      _ = try await fixture.store.fence(
        dead, deadFor: Self.five, plan: HandoverPlan(evenlyOver: [a]), by: a)
      let message = await notices.next()
      #expect(
        message?.notices == [
          .membersChanged, .schedulesChanged([]), .executionsHanded(to: a.member),
        ])
    }
  }

  @Test(arguments: Engine.all)
  func `schedules are taken by all forms of a selection`(on engine: Engine) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let (a, b) = (try await fixture.join("a"), try await fixture.join("b"))
      for job in ["1", "2", "3"] { _ = try await fixture.schedule(job, owner: a) }
      _ = try await fixture.schedule("4", owner: a, project: "q")
      try await fixture.addJob("plain")
      func take(_ selection: ScheduleSelection, _ term: Term) async throws -> [String] {
        try await fixture.store.takeSchedules(selection, for: term.member, by: term).taken
          .map(\.job.text)
      }
      #expect(try await take(.project("q"), b) == ["4"])
      let some = try await fixture.store.takeSchedules(
        .jobs([JobID("1"), JobID("4"), JobID("plain"), JobID("none")]), for: b.member, by: nil)
      #expect(some.taken.map(\.job.text) == ["1"] && some.taken[0].previous == a.member)
      #expect(some.failed == [JobID("plain"), JobID("none")])
      #expect(try await take(.member(b.member), a) == ["1", "4"])
      #expect(try await take(.unowned, b) == [])
      #expect(try await take(.all, b) == ["1", "2", "3", "4"])
      let next = try await fixture.join("b")
      await #expect(throws: StoreError.staleTerm(subject: "the takeover", term: b)) {
        try await take(.all, b)
      }
      try await fixture.members.markLeft(next)
      await #expect(throws: StoreError.notFound(kind: "member", key: "b")) {
        try await fixture.store.takeSchedules(.all, for: b.member, by: nil)
      }
      #expect(try await take(.unowned, a) == ["1", "2", "3", "4"])
    }
  }
}
