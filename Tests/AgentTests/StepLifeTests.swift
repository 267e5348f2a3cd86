import Spool
import StepSupervisor
import Testing

@Suite struct StepLifeTests {
  @Test func `a step without a timeout waits for ever`() {
    var life = StepLife(grace: 100, timeoutAt: nil)
    #expect(life.nextTick == nil)
    #expect(life.tick(at: .max / 2) == .nothing)
  }

  @Test func `a kill asks first and forces after the grace, again and again`() {
    var life = StepLife(grace: 1_000_000, timeoutAt: nil)
    #expect(life.killRequested(at: 0, grace: nil) == .terminate)
    #expect(life.reason == .killed)
    #expect(life.tick(at: 1) == .nothing)
    #expect(life.tick(at: StepLife.roundTime) == .terminate)
    #expect(life.tick(at: 1_000_000) == .kill)
    #expect(life.tick(at: 1_000_001) == .nothing)
    #expect(life.tick(at: 1_000_000 + StepLife.roundTime) == .kill)
  }

  @Test func `a second request shortens the grace and never prolongs it`() {
    var life = StepLife(grace: 1_000_000, timeoutAt: nil)
    _ = life.killRequested(at: 0, grace: nil)
    _ = life.killRequested(at: 10, grace: 9_000_000)
    _ = life.killRequested(at: 20, grace: 30)
    #expect(life.tick(at: 50) == .kill)
  }

  @Test func `when the time is over the reason says so, even if somebody asks afterwards`() {
    var life = StepLife(grace: 10, timeoutAt: 500)
    #expect(life.tick(at: 499) == .nothing)
    #expect(life.tick(at: 500) == .terminate)
    _ = life.killRequested(at: 501, grace: nil)
    #expect(life.reason == .timedOut)
  }

  @Test
  func `processes left over may settle, then are ended, and the step counts as ended by itself`() {
    var life = StepLife(grace: 1_000_000, timeoutAt: 500_000)
    life.mainEnded(at: 0)
    #expect(life.tick(at: StepLife.settleTime - 1) == .nothing)
    #expect(life.tick(at: StepLife.settleTime) == .terminateLeftOvers)
    #expect(life.tick(at: StepLife.settleTime + 1_000_000) == .kill)
    #expect(life.reason == .exited)
  }
}
