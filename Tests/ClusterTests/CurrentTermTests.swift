import Model
import TestSupport
import Testing

@testable import Cluster

@Suite struct CurrentTermTests {
  static let term = Term(member: MemberID("m"), incarnation: 1)
  let clock = ManualClock()

  private func make() -> CurrentTerm {
    CurrentTerm(Self.term, sent: .zero, trust: .seconds(3), time: MonotonicTime(clock))
  }

  @Test func `a process that was stopped for longer than its lease finds that it holds nothing`() {
    let current = make()
    #expect(current.held == Self.term)
    clock.advance(by: .seconds(600))
    #expect(current.held == nil)
    #expect(current.heldSince == nil)
    #expect(current.last == Self.term)
  }

  @Test func `the listeners hear by a timer that the lease ran out`() async throws {
    let current = make()
    let watching = Task { try await current.watch() }
    await clock.sleepers()
    var changes = current.changes().makeAsyncIterator()
    #expect(await changes.next() == .some(Self.term))
    clock.advance(by: .seconds(3))
    #expect(await changes.next() == .some(nil))
    watching.cancel()
    await #expect(throws: CancellationError.self) { try await watching.value }
  }

  @Test func `a renewal moves the timer, so that nobody hears of an end that did not come`()
    async throws
  {
    let current = make()
    let watching = Task { try await current.watch() }
    await clock.sleepers()
    clock.advance(by: .seconds(2))
    current.renewed(Self.term, sent: .seconds(2))
    clock.advance(by: .seconds(1))
    await clock.sleepers()
    var changes = current.changes().makeAsyncIterator()
    #expect(await changes.next() == .some(Self.term))
    clock.advance(by: .seconds(2))
    #expect(await changes.next() == .some(nil))
    watching.cancel()
    _ = await watching.result
  }

  @Test func `an end and the term after it are told, to the slow only the newest`() async {
    let current = make()
    var quick = current.changes().makeAsyncIterator()
    var slow = current.changes().makeAsyncIterator()
    #expect(await quick.next() == .some(Self.term))
    current.ended(Self.term)
    #expect(await quick.next() == .some(nil))
    let next = Term(member: MemberID("m"), incarnation: 2)
    current.began(next, sent: .zero)
    #expect(await quick.next() == .some(next))
    #expect(await slow.next() == .some(next))
  }

  @Test func `a fixed term is held for ever`() {
    let current = CurrentTerm.fixed(Self.term)
    #expect(current.held == Self.term)
  }
}
