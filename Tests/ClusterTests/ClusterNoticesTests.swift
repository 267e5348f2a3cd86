import Cluster
import Model
import Store
import TestSupport
import Testing

@Suite struct ClusterNoticesTests {
  private func notices(_ store: Store, _ session: String) -> ClusterNotices {
    ClusterNotices(store: store, session: MemberSession(session), logger: .silent)
  }

  /// Runs both and gives `body` what the second one hears, once it listens.
  private func listening(
    _ first: ClusterNotices, _ second: ClusterNotices,
    _ body: (inout AsyncStream<ClusterNotice>.Iterator) async throws -> Void
  ) async throws {
    var heard = second.notices().makeAsyncIterator()
    let tasks = [first, second].map { notices in Task { try await notices.run() } }
    #expect(await heard.next() == .unknown)
    try await body(&heard)
    for task in tasks { task.cancel() }
    for task in tasks { _ = await task.result }
  }

  @Test(arguments: Engine.all) func `the others hear what a member announces, itself does not`(
    on engine: Engine
  ) async throws {
    try await engine.withStore { store in
      let (first, second) = (notices(store, "one"), notices(store, "two"))
      try await listening(first, second) { heard in
        second.announce(.membersChanged)
        first.announce(.executionsHanded(to: MemberID("two")))
        #expect(await heard.next() == .executionsHanded(to: MemberID("two")))
      }
    }
  }

  @Test(arguments: Engine.all) func `what comes with a transaction is for the member itself too`(
    on engine: Engine
  ) async throws {
    try await engine.withStore { store in
      let (first, second) = (notices(store, "one"), notices(store, "two"))
      try await listening(first, second) { heard in
        try await store.transaction { scope in
          try await scope.announce([.modeChanged(MemberID("two"))])
        }
        #expect(await heard.next() == .modeChanged(MemberID("two")))
      }
    }
  }

  @Test func `a burst is joined, and equal notices are told once`() async throws {
    try await Engine.sqlite.withStore { store in
      let (first, second) = (notices(store, "one"), notices(store, "two"))
      first.announce(.membersChanged, .membersChanged)
      first.announce([.membersChanged, .abortRequested(ExecutionID(7))])
      try await listening(first, second) { heard in
        // The first sending may have come before the second one listened.
        first.announce(.reported([ExecutionID(1)]), .reported([ExecutionID(1)]))
        first.announce(.abortRequested(ExecutionID(8)))
        var notices: [ClusterNotice] = []
        while notices.last != .abortRequested(ExecutionID(8)) {
          notices.append(try #require(await heard.next()))
        }
        #expect(notices.count { $0 == .reported([ExecutionID(1)]) } == 1)
        #expect(notices.count { $0 == .membersChanged } <= 1)
      }
    }
  }
}
