import Cluster
import Model
import Synchronization
import TestSupport
import Testing

@testable import Execution

/// When runs for later begin and what others did not claim is looked for.
@Suite struct AlarmTests {
  private static func second(_ number: Int64) -> Instant {
    Instant(microseconds: number * 1_000_000)
  }

  @Test func `however many alarms there are, one task sleeps, until the earliest`() async {
    let clock = ManualClock()
    let alarms = ExecutionAlarms()
    let (heard, hear) = AsyncStream<ExecutionAlarms.Alarm>.makeStream()
    for number in (1...500).reversed() {
      alarms.set(ExecutionID(Int64(number)), at: Self.second(Int64(number)))
    }
    for _ in 1...500 { alarms.look(at: Self.second(1_000), spacing: .seconds(1)) }
    let time = DatabaseTime.following(clock, from: Self.second(0))
    let running = Task { await alarms.run(time, on: clock) { hear.yield($0) } }
    var alarm = heard.makeAsyncIterator()
    for number in 1...3 {
      await clock.sleepers()
      #expect(clock.sleeping == 1)
      clock.advance(by: .seconds(1))
      #expect(await alarm.next() == .due(ExecutionID(Int64(number))))
    }
    running.cancel()
    await running.value
  }

  @Test func `an alarm before all others is heard first`() async {
    let clock = ManualClock()
    let alarms = ExecutionAlarms()
    let (heard, hear) = AsyncStream<ExecutionAlarms.Alarm>.makeStream()
    let time = DatabaseTime.following(clock, from: Self.second(0))
    let running = Task { await alarms.run(time, on: clock) { hear.yield($0) } }
    alarms.set(ExecutionID(1), at: Self.second(50))
    await clock.sleepers()
    alarms.look(at: Self.second(2), spacing: .seconds(1))
    var alarm = heard.makeAsyncIterator()
    while clock.earliest != .init(offset: .seconds(2)) { await Task.yield() }
    clock.advance(by: .seconds(2))
    #expect(await alarm.next() == .unclaimed)
    running.cancel()
    await running.value
  }

  @Test func `of many looks in a burst a few come, and the last one is not forgotten`() {
    var looks = ClaimLooks()
    for number in 0...1_000 {
      looks.add(
        Self.second(10).advanced(by: .milliseconds(Int64(number))), spacing: .milliseconds(250))
    }
    var taken: [Instant] = []
    while let next = looks.next {
      let isEarly = looks.isTaken(before: next)
      #expect(!isEarly)
      if looks.take(at: next) { taken.append(next) }
    }
    #expect(taken.first == Self.second(10) && taken.last == Self.second(11))
    #expect(taken.count == 5)
  }
}

extension ClaimLooks {
  /// Whether a look is taken a moment before its time.
  fileprivate mutating func isTaken(before instant: Instant) -> Bool {
    take(at: instant.advanced(by: .microseconds(-1)))
  }
}
