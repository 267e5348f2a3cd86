import Model
import Testing

@testable import Cluster

@Suite struct TermLeaseTests {
  static let term = Term(member: MemberID("m"), incarnation: 3)
  static let next = Term(member: MemberID("m"), incarnation: 4)
  let lease = TermLease(term, sent: .seconds(10), trust: .milliseconds(2700))

  @Test func `a term is trusted from the moment its renewal was sent`() {
    #expect(lease.held(at: .seconds(10)) == Self.term)
    #expect(lease.held(at: .milliseconds(12_699)) == Self.term)
    #expect(lease.held(at: .milliseconds(12_700)) == nil)
  }

  @Test func `a slow renewal never extends trust`() {
    var lease = lease
    lease.renewed(Self.term, sent: .seconds(11), at: .seconds(60))
    #expect(lease.deadline == .milliseconds(13_700))
    lease.renewed(Self.term, sent: .seconds(9), at: .seconds(60))
    #expect(lease.deadline == .milliseconds(13_700))
    #expect(lease.held(at: .seconds(60)) == nil)
  }

  @Test func `a term that ran out is held again after a renewal, and begins a new stretch`() {
    var lease = lease
    lease.renewed(Self.term, sent: .seconds(11), at: .milliseconds(11_010))
    #expect(lease.since == .seconds(10))
    lease.renewed(Self.term, sent: .seconds(40), at: .seconds(41))
    #expect(lease.held(at: .seconds(41)) == Self.term)
    #expect(lease.since == .seconds(41))
  }

  @Test func `a term that has ended never comes back`() {
    var lease = lease
    lease.ended(Self.term)
    lease.renewed(Self.term, sent: .seconds(11), at: .seconds(11))
    #expect(lease.held(at: .seconds(11)) == nil)
    lease.began(Self.term, sent: .seconds(12))
    #expect(lease.held(at: .seconds(12)) == nil)
    #expect(lease.last == Self.term)
  }

  @Test func `what is said of an older term does not touch the newer one`() {
    var lease = lease
    lease.began(Self.next, sent: .seconds(20))
    lease.ended(Self.term)
    lease.renewed(Self.term, sent: .seconds(100), at: .seconds(100))
    #expect(lease.held(at: .seconds(21)) == Self.next)
    #expect(lease.held(at: .seconds(23)) == nil)
  }
}
