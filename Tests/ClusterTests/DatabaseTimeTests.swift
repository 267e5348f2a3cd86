import Model
import Store
import TestSupport
import Testing

@testable import Cluster

@Suite struct DatabaseTimeTests {
  let clock = ManualClock()

  private func at(_ milliseconds: Int64) -> Instant {
    Instant(microseconds: 1_000_000_000 + milliseconds * 1000)
  }

  @Test func `between answers the time moves with the monotonic clock`() {
    let time = DatabaseTime.following(clock, from: at(0))
    clock.advance(by: .milliseconds(1234))
    #expect(time.now() == at(1234))
    #expect(time.untilReached(at(2000)) == .milliseconds(766))
  }

  @Test func `the answer is taken to be from the middle of the round trip`() {
    let time = DatabaseTime(
      at(0), sent: .zero, received: .milliseconds(10), time: MonotonicTime(clock))
    clock.advance(by: .milliseconds(105))
    #expect(time.now() == at(100))
  }

  @Test func `the quickest round trip wins over slower ones`() {
    let time = DatabaseTime.following(clock, from: at(0))
    clock.advance(by: .seconds(1))
    time.note(at(900), sent: .milliseconds(0), received: .milliseconds(1000))
    #expect(time.now() == at(1000))
  }

  @Test func `a slow answer is taken when the kept one has grown older than its worth`() {
    let time = DatabaseTime.following(clock, from: at(0))
    clock.advance(by: .seconds(1000))
    time.note(at(1_000_300), sent: .milliseconds(999_500), received: .milliseconds(1_000_000))
    #expect(time.now() == at(1_000_550))
  }

  @Test func `a database clock that was set forward is followed at once`() {
    let time = DatabaseTime.following(clock, from: at(0))
    clock.advance(by: .seconds(1))
    time.note(at(600_000), sent: .milliseconds(998), received: .milliseconds(1000))
    #expect(time.now() == at(600_001))
  }

  @Test func `a database clock that was set back makes the time stand still until it caught up`() {
    let time = DatabaseTime.following(clock, from: at(0))
    clock.advance(by: .seconds(10))
    #expect(time.now() == at(10_000))
    time.note(at(4000), sent: .seconds(10), received: .seconds(10))
    #expect(time.now() == at(10_000))
    clock.advance(by: .seconds(5))
    #expect(time.now() == at(10_000))
    clock.advance(by: .seconds(2))
    #expect(time.now() == at(11_000))
  }

  @Test func `the first estimate is the database's clock`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let store = Store(database)
      let before = try await store.now()
      let time = try await DatabaseTime.asking(store)
      let estimate = time.now()
      let after = try await store.now()
      let error = Duration.milliseconds(50)
      #expect(before.advanced(by: .zero - error) < estimate)
      #expect(estimate < after.advanced(by: error))
    }
  }
}
