import Database
import Model
import Store
import Synchronization
import TestSupport
import Testing

/// What happens between a fence and what the fenced member is just doing, on PostgreSQL, where both run at once.
@Suite(.timeLimit(.minutes(10))) struct FenceRaceTests {
  @Test func `a stopped process's open transaction does not hold up the fence`() async throws {
    try await TwoProcesses.with { mine, theirs in
      let a = try await mine.join("a", session: TwoProcesses.mine.name)
      let dead = try await mine.join("dead", session: TwoProcesses.theirs.name)
      let record = try await mine.schedule("j", owner: dead)
      try await mine.run(7, owner: dead)
      try await mine.silence(dead, for: 60)
      let (opened, open) = AsyncStream<Void>.makeStream()
      let (released, release) = AsyncStream<Void>.makeStream()
      async let stuck: StoreError? = Self.failure {
        try await theirs.store.transaction { scope in
          var draft = ExecutionFixture.draft(8)
          draft.owner = dead
          try await scope.commit(
            ExecutionWrite.fires([record.fire(1)], by: dead) + [
              try .insert(draft),
              .lock(Ownership(execution: ExecutionID(7), term: dead, epoch: Epoch(1))),
            ])
          open.yield()
          for await _ in released { break }
        }
      }
      for await _ in opened { break }
      let result = try await mine.store.fence(
        dead, deadFor: .seconds(5), plan: HandoverPlan(evenlyOver: [a]), by: a)
      #expect(result?.schedules == [a.member: 1])
      #expect(result?.executions.map(\.owner.execution.number) == [7])
      release.yield()
      let failure = await stuck
      #expect(failure?.isRetryable == true)
      #expect(try await mine.store.ask.executions.find(ExecutionID(8)) == nil)
    }
  }

  private static func failure(_ body: () async throws -> Void) async -> StoreError? {
    do {
      try await body()
      return nil
    } catch {
      return error as? StoreError
    }
  }

  @Test func `what a fenced term commits while it is fenced is handed over or refused`()
    async throws
  {
    try await TwoProcesses.with { mine, theirs in
      let a = try await mine.join("a")
      for round in 0..<12 as Range<Int64> {
        // Without a session name its connections are not ended: only locks and conditions decide.
        let zombie = try await mine.join("z")
        try await mine.silence(zombie, for: 60)
        let inserted = Noted<ExecutionID>()
        try await withThrowingTaskGroup(of: Void.self) { group in
          for worker in 0..<4 as Range<Int64> {
            group.addTask {
              for number in 0..<8 as Range<Int64> {
                var draft = ExecutionFixture.draft(1 + round * 1000 + worker * 100 + number)
                draft.owner = zombie
                let answers = try await theirs.store.commit([.insert(draft)])
                if answers[0].rows == 1 { inserted.add(draft.id) }
              }
            }
          }
          group.addTask {
            let result = try await mine.store.fence(
              zombie, deadFor: .seconds(5), plan: HandoverPlan(evenlyOver: [a]), by: a)
            #expect(result != nil)
          }
          try await group.waitForAll()
        }
        let left = try await mine.store.ask.executions.unfinished(of: zombie.member)
        #expect(left.isEmpty)
        for id in inserted.all {
          let record = try await mine.store.ask.executions.find(id)
          #expect(record?.owner == a && record?.epoch == Epoch(2))
        }
      }
    }
  }

  @Test func `of many that fence one member one does, and each schedule has one owner`()
    async throws
  {
    try await TwoProcesses.with { mine, theirs in
      let dead = try await mine.join("dead")
      var heirs: [Term] = []
      for name in ["a", "b", "c"] { heirs.append(try await mine.join(name)) }
      for number in 0..<30 { _ = try await mine.schedule("j\(number)", owner: dead) }
      try await mine.silence(dead, for: 60)
      let done = try await withThrowingTaskGroup(of: Bool.self) { group in
        for (index, heir) in heirs.enumerated() {
          let store = index == 0 ? theirs.store : mine.store
          group.addTask { [heirs] in
            let plan = HandoverPlan(evenlyOver: heirs)
            return try await store.fence(dead, deadFor: .seconds(5), plan: plan, by: heir) != nil
          }
        }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(done == 1)
      let counts = try await mine.schedules.counts()
      #expect(heirs.map { counts[$0.member] } == [10, 10, 10])
    }
  }

  @Test func `members that fence each other's heirs leave nothing with a fenced one`()
    async throws
  {
    try await TwoProcesses.with { mine, theirs in
      for round in 0..<10 {
        let (a, b, c) = (
          try await mine.join("a"), try await mine.join("b"), try await mine.join("c")
        )
        try await mine.store.transaction { scope in
          for number in 0..<6 {
            _ = try await scope.schedules.put(
              ClusterFixture.rule, isEnabled: true, of: JobID("\(round)-\(number)"), project: "p",
              owner: c.member)
          }
        }
        for term in [b, c] { try await mine.silence(term, for: 60) }
        async let first = mine.store.fence(
          c, deadFor: .seconds(5), plan: HandoverPlan(evenlyOver: [a, b]), by: a)
        async let second = theirs.store.fence(
          b, deadFor: .seconds(5), plan: HandoverPlan(evenlyOver: [a]), by: a)
        let results = try await [first, second]
        #expect(results.allSatisfy { $0 != nil })
        #expect(try await mine.schedules.counts() == [a.member: 6 * (round + 1)])
      }
    }
  }

  @Test func `an edit waits for the fires that are being written, and they lie before it`()
    async throws
  {
    try await TwoProcesses.with { mine, theirs in
      let a = try await mine.join("a")
      let record = try await mine.schedule("j", owner: a)
      let (opened, open) = AsyncStream<Void>.makeStream()
      let (released, release) = AsyncStream<Void>.makeStream()
      async let firing: Void = theirs.store.transaction { scope in
        let answers = try await scope.commit(
          ExecutionWrite.fires([record.fire(3)], by: a))
        #expect(answers.last?.fires == [record.fire(3).key])
        open.yield()
        for await _ in released { break }
      }
      for await _ in opened { break }
      async let edited = mine.put(ClusterFixture.other, of: "j")
      try await TwoProcesses.waitUntilBlocked(TwoProcesses.mine, mine.store)
      // Noting how far it is settled waits for neither.
      let advance = ScheduleAdvance(job: JobID("j"), version: 1, until: record.instant(1))
      _ = try await theirs.schedules.advance([advance], by: a)
      release.yield()
      try await firing
      let validFrom = try await edited?.validFrom
      #expect(validFrom == record.instant(3))
    }
  }

  @Test func `whatever is edited while it fires, each fire lies in the version it names`()
    async throws
  {
    try await TwoProcesses.with { mine, theirs in
      let a = try await mine.join("a")
      _ = try await mine.schedule("j", owner: a)
      let written = Noted<FireRow>()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for number in 0..<40 {
            let rule = number % 2 == 0 ? ClusterFixture.other : ClusterFixture.rule
            try await mine.put(rule, of: "j")
          }
        }
        for worker in 0..<2 {
          group.addTask {
            for _ in 0..<60 {
              guard let record = try await theirs.schedule(of: "j") else { return }
              let now = try await theirs.store.now()
              var row = record.fire(0)
              row.dueAt = now.advanced(by: .microseconds(worker))
              let taken = try await theirs.fires.record([row], by: a)[0]
              if taken { written.add(row) }
            }
          }
        }
        try await group.waitForAll()
      }
      let versions = try await mine.versions(of: "j")
      #expect(versions.count == 41)
      for (earlier, later) in zip(versions, versions.dropFirst()) {
        #expect(earlier.validUntil == later.validFrom && earlier.validFrom <= later.validFrom)
      }
      #expect(!written.all.isEmpty)
      for fire in written.all {
        let version = try #require(versions.first { $0.version == fire.version })
        #expect(version.validFrom < fire.dueAt)
        #expect(version.validUntil.map { fire.dueAt <= $0 } ?? true)
      }
    }
  }
}

/// What tasks at once have noted.
private final class Noted<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])
  var all: [Value] { values.withLock { $0 } }
  func add(_ value: Value) { values.withLock { $0.append(value) } }
}
