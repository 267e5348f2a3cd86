import Spool
import StepSupervisor
import Testing

@Suite struct SupervisorLifeTests {
  /// Follows a life that is being killed, at the moments that it asks for.
  private func rounds(_ life: inout StepLife, until end: Int64) -> [(Int64, StepLife.Action)] {
    var rounds: [(Int64, StepLife.Action)] = []
    while let next = life.nextTick, next <= end { rounds.append((next, life.tick(at: next))) }
    return rounds
  }

  @Test
  func `SIGKILL is repeated with growing pauses, and after three seconds who is left is told`() {
    var life = StepLife(grace: 0, timeoutAt: nil)
    _ = life.killRequested(at: 0, grace: 0)
    let all = rounds(&life, until: 60_000_000)
    #expect(all.dropFirst().allSatisfy { $0.1 == ($0.0 < 3_000_000 ? .kill : .killAndReport) })
    #expect(all.first { $0.1 == .killAndReport }?.0 == 3_000_000)
    let pauses = zip(all.dropFirst(), all).map { $0.0 - $1.0 }
    #expect(pauses.max() == StepLife.longestRoundTime && all.count < 60)
  }

  @Test func `a limit without time for a grace kills at once, and says which`() {
    var life = StepLife(grace: 9, timeoutAt: 100)
    let excess = LimitWatch(StepLimitOrder(processes: 1)).excess(TreeSample(tasks: 2))!
    #expect(life.limitExceeded(excess, at: 5) == .kill)
    #expect(life.reason == .limitExceeded && life.limit == "process limit of 1" && life.isForced)
    #expect(life.limitExceeded(excess, at: 6) == .nothing)
    #expect(life.killRequested(at: 7, grace: 0) == .nothing && life.reason == .limitExceeded)
  }

  @Test func `a limit with time for a grace asks first`() {
    var life = StepLife(grace: 900_000, timeoutAt: nil)
    let excess = LimitWatch(StepLimitOrder(cpuSeconds: 1)).excess(
      TreeSample(cpuMicroseconds: 1_000_000))!
    #expect(life.limitExceeded(excess, at: 0) == .terminate)
    #expect(life.tick(at: 900_000) == .kill)
  }

  @Test func `a kill comes before a limit`() {
    var life = StepLife(grace: 9, timeoutAt: nil)
    _ = life.killRequested(at: 0, grace: nil)
    let excess = LimitWatch(StepLimitOrder(processes: 1)).excess(TreeSample(tasks: 2))!
    #expect(life.limitExceeded(excess, at: 5) == .nothing && life.reason == .killed)
  }

  @Test func `children are left when they have had their say, or when nobody could hear them`() {
    var life = StepLife(grace: 9, timeoutAt: nil, leavesChildren: true)
    life.streamsEnded(at: 0)
    life.mainEnded(at: 0)
    #expect(life.tick(at: StepLife.settleTime - 1) == .nothing)
    var silent = life
    silent.streamsEnded(at: 1)
    silent.streamsEnded(at: 9)
    #expect(silent.tick(at: StepLife.roundTime) == .nothing)
    #expect(silent.tick(at: 1 + StepLife.roundTime) == .leave)
    #expect(life.tick(at: StepLife.settleTime) == .leave)
    var killed = StepLife(grace: 9, timeoutAt: nil, leavesChildren: true)
    _ = killed.killRequested(at: 0, grace: nil)
    killed.mainEnded(at: 1)
    killed.streamsEnded(at: 2)
    #expect(killed.tick(at: 9) == .kill)
  }
}
