import Model
import TestSupport
import Testing

@testable import Scheduler

@Suite struct SettlementTests {
  private func settlement(
    _ mode: CatchUpPolicy.Mode, window: Int64 = 60, newest: Int64? = nil,
    patience: Duration = .zero
  ) -> Settlement {
    Settlement(
      policy: CatchUpPolicy(mode: mode, window: window), now: .at(1_000),
      newest: newest.map(Instant.at), patience: patience)
  }

  @Test func `only the newest instant within the window runs`() {
    let settlement = settlement(.latest, newest: 990)
    #expect(settlement.verdict(on: .at(990)) == .launch)
    #expect(settlement.verdict(on: .at(980)) == .miss(.catchUpSuperseded))
    #expect(settlement.verdict(on: .at(940)) == .miss(.catchUpSuperseded))
    #expect(settlement.verdict(on: .at(939)) == .miss(.catchUpWindow))
  }

  @Test func `a newest instant older than the window does not run`() {
    #expect(settlement(.latest, newest: 900).verdict(on: .at(900)) == .miss(.catchUpWindow))
  }

  @Test func `with all, each instant within the window runs`() {
    let settlement = settlement(.all, newest: 990)
    #expect(settlement.verdict(on: .at(990)) == .launch)
    #expect(settlement.verdict(on: .at(940)) == .launch)
    #expect(settlement.verdict(on: .at(939)) == .miss(.catchUpWindow))
  }

  @Test func `with skip, none runs`() {
    #expect(settlement(.skip, newest: 999).verdict(on: .at(999)) == .miss(.catchUpSkip))
  }

  @Test(arguments: CatchUpPolicy.Mode.allCases)
  func `an instant within the patience is not late`(mode: CatchUpPolicy.Mode) {
    let settlement = settlement(mode, newest: 1_000, patience: .seconds(2))
    #expect(settlement.verdict(on: .at(998)) == .launch)
    #expect(settlement.verdict(on: .at(997)) != .launch || mode == .all)
  }

  /// Every page of every policy over random versions: what the cursor hands out, in any order, is exactly
  /// what was expected, each instant once; pages keep their bounds and the floor only rises.
  @Test(arguments: 1...60) func `every expected instant is handed out exactly once`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let expected = try ExpectedInstants.random(from: 0, using: &random)
    let mode = CatchUpPolicy.Mode.allCases.randomElement(using: &random) ?? .latest
    let policy = CatchUpPolicy(mode: mode, window: .random(in: 0...900, using: &random))
    let (after, through) = (
      Instant.at(.random(in: -60...60, using: &random)),
      Instant.at(.random(in: 61...3_000, using: &random))
    )
    let now = through.advanced(by: .milliseconds(Int64.random(in: 0...20_000, using: &random)))
    let patience = Duration.milliseconds(Int64.random(in: 0...5_000, using: &random))
    var cursor = SettlementCursor(
      job: JobID("j"), expected: expected, after: after, through: through, policy: policy, now: now,
      patience: patience)
    let limit = Int.random(in: 1...50, using: &random)
    let launches = Int.random(in: 1...5, using: &random)

    var seen: [Instant: Settlement.Verdict] = [:]
    var floor = after
    while let page = cursor.page(limit: limit, launches: launches) {
      #expect(page.instants.count <= limit)
      var launched = 0
      for due in page.instants {
        #expect(page.after < due.instant && due.instant <= page.through)
        let verdict = cursor.settlement.verdict(on: due.instant)
        if verdict == .launch && seen[due.instant] == nil { launched += 1 }
        #expect(seen[due.instant] == nil || due.instant == cursor.settlement.newest)
        seen[due.instant] = verdict
      }
      #expect(launched <= launches)
      if let settles = page.settles {
        #expect(settles > floor)
        floor = settles
      }
    }
    #expect(cursor.isAtEnd)
    #expect(floor == through)

    let all = expected.first(.max, after: after, through: through).map(\.instant)
    #expect(Set(all) == Set(seen.keys))
    let run = all.filter { seen[$0] == .launch }
    let inWindow = all.filter { $0.duration(to: now) <= .seconds(policy.window) }
    let onTime = all.filter { $0.duration(to: now) <= patience }
    switch mode {
    case .skip: #expect(run == onTime)
    case .latest: #expect(Set(run) == Set(onTime + inWindow.suffix(1)))
    case .all: #expect(Set(run) == Set(onTime + inWindow))
    }
  }

  @Test func `the newest instant comes before the long rest`() throws {
    let expected = ExpectedInstants([
      ScheduleSpan(
        version: 1, project: "p", schedule: try .utc("* * * ? * * *"), from: .at(0), through: nil)
    ])
    var cursor = SettlementCursor(
      job: JobID("j"), expected: expected, after: .at(0), through: .at(600_000),
      policy: CatchUpPolicy(), now: .at(600_001), patience: .zero)
    #expect(cursor.page(limit: 10, launches: 1)?.instants.map(\.instant) == [.at(600_000)])
    #expect(cursor.page(limit: 2, launches: 1)?.instants.map(\.instant) == [.at(1), .at(2)])
  }
}
