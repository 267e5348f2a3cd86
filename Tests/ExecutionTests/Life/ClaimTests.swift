import Model
import Store
import TestSupport
import Testing

@testable import Execution

@Suite struct ClaimTests {
  @Test(arguments: Engine.all)
  func `a member claims whatever is queued for it, page by page`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      // A page that a busy store does not answer is asked for again when the member looks.
      let room = try await ConductorRoom(database, clock: ContinuousClock()) {
        $0.handedCheck = .milliseconds(100)
      }
      let term = Term(member: MemberID("member"), incarnation: 1)
      try await room.register()
      let definition = try ExecutionDraft.text(of: job("true"))
      let count = Int64(2 * ClaimPages.page + 7)
      var writes: [ExecutionWrite] = []
      for number in 1...count {
        writes.append(
          try .insert(
            ExecutionDraft(
              id: ExecutionID(1_000 + number), project: "p", definition: definition,
              status: .queued, user: "admin", epoch: Epoch(0), createdAt: Instant(microseconds: 1),
              chosenMember: term.member, choice: 1, chosenAt: ConductorRoom.start, decider: term)))
      }
      try await room.store.commit(writes)
      try await room.conducting { _ in
        // Without an agent each of them ends as soon as it is claimed.
        _ = try await eventually("all are claimed") {
          try await room.store.ask.executionHistory.unfinishedCount() == 0 ? true : nil
        }
        let history = try await room.store.ask.executionHistory.count(ExecutionHistoryQuery())
        #expect(history == count)
      }
    }
  }

  @Test func `a full page is followed by the next, and the last one by the first`() {
    var pages = ClaimPages()
    let asked = pages.goOn()
    #expect(!asked)
    pages.passed(ExecutionID(9), isLast: false)
    #expect(pages.last == ExecutionID(9))
    let (once, twice) = (pages.goOn(), pages.goOn())
    #expect(once && !twice)
    pages.passed(ExecutionID(12), isLast: true)
    let after = pages.goOn()
    #expect(pages.last == nil && !after)
  }
}
