import Database
import Model
import Store
import TestSupport
import Testing

@Suite struct ClusterNoticeTests {
  private static let all: [ClusterNotice] = [
    .schedulesChanged([JobID("a b"), JobID("100%"), JobID("ü\n")]), .schedulesChanged([]),
    .executionsHanded(to: MemberID("m 1")), .agentWork([AgentID("x"), AgentID("y")]),
    .pushed([
      PushedAssignment(AssignmentID(1), ExecutionID(2)),
      PushedAssignment(AssignmentID(3), ExecutionID(4)),
    ]),
    .reported([ExecutionID(5), ExecutionID(6)]), .abortRequested(ExecutionID(7)),
    .membersChanged, .modeChanged(MemberID("m%20")), .unknown,
  ]

  @Test(arguments: Engine.all) func `each notice arrives as it was sent, with its origin`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      var messages = store.clusterNotices().makeAsyncIterator()
      #expect(await messages.next() == ClusterMessage(origin: nil, notices: [.unknown]))
      let session = MemberSession("quarterdeck-1")
      try await store.announce(Self.all, from: session)
      #expect(await messages.next() == ClusterMessage(origin: session, notices: Self.all))
      try await store.announce([], from: session)
      try await store.transaction { try await $0.announce([.membersChanged]) }
      #expect(await messages.next() == ClusterMessage(origin: nil, notices: [.membersChanged]))
    }
  }

  @Test(arguments: Engine.all) func `a transaction that fails has told nothing`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      var messages = store.clusterNotices().makeAsyncIterator()
      _ = await messages.next()
      await #expect(throws: CancellationError.self) {
        try await store.transaction { scope in
          try await scope.announce([.membersChanged])
          throw CancellationError()
        }
      }
      try await store.announce([.modeChanged(MemberID("m"))], from: nil)
      #expect(await messages.next()?.notices == [.modeChanged(MemberID("m"))])
    }
  }

  @Test(arguments: Engine.all) func `many notices are told in several messages`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      var messages = store.clusterNotices().makeAsyncIterator()
      _ = await messages.next()
      let jobs = (0..<1000).map { JobID("job \($0) " + String(repeating: "ü", count: 20)) }
      try await store.announce([.schedulesChanged(jobs), .membersChanged], from: nil)
      var heard: [JobID] = []
      var count = 0
      while let message = await messages.next() {
        count += 1
        for case .schedulesChanged(let some) in message.notices { heard += some }
        if message.notices.last == .membersChanged { break }
      }
      #expect(heard == jobs && count > 5)
      // A name that fits into no message.
      let endless = JobID(String(repeating: "x", count: 9000))
      try await store.announce([.schedulesChanged([endless])], from: nil)
      #expect(await messages.next()?.notices == [.schedulesChanged([])])
    }
  }

  @Test(arguments: Engine.all) func `what a newer member says is passed over`(on engine: Engine)
    async throws
  {
    try await engine.withDatabase { database in
      let store = Store(database)
      var messages = store.clusterNotices().makeAsyncIterator()
      _ = await messages.next()
      try await database.notify(channel: "cluster", payload: "new zebra p1 pa.b rx m %% s%2 x9")
      let message = await messages.next()
      #expect(message?.origin == MemberSession("new"))
      #expect(
        message?.notices == [
          .membersChanged, .schedulesChanged([JobID("%2")]), .abortRequested(ExecutionID(9)),
        ])
      try await database.notify(channel: "cluster", payload: "")
      #expect(await messages.next() == ClusterMessage(origin: nil, notices: []))
    }
  }

  @Test func `a session's name is what PostgreSQL keeps of it`() {
    let long = MemberSession("quarterdeck ü\n" + String(repeating: "x", count: 99))
    #expect(long.name == "quarterdeck" + String(repeating: "x", count: 52))
  }
}
