import Model
import Store
import TestSupport
import Testing

@testable import Execution

@Suite struct OverlapOutboxTests {
  @Test(arguments: Engine.all)
  func `an execution that is replaced before it begins is told as aborted`(on engine: Engine)
    async throws
  {
    try await engine.withDatabase { database in
      var job = OverlapTests.overlapping("replace")
      let hook = JobValue.map([JobEntry("urls", .text("http://a/"))])
      job.kept["notification"] = .map([JobEntry("onfailure", .list([hook]))])
      let (room, id) = try await OverlapTests.room(database, job)
      try await room.conducting { conductor in
        let first = try await OverlapTests.launch(id, on: conductor)
        let second = try await OverlapTests.launch(id, on: conductor)
        let third = try await OverlapTests.launch(id, on: conductor)
        #expect(try await conductor.waitUntilEnded(second.id)?.status == .aborted)
        let records = try await room.store.ask.notifications.all(of: second.id)
        #expect(records.map(\.kind) == [.unplanned] && records.map(\.status) == ["aborted"])
        for other in [first, third] {
          #expect(try await room.store.ask.notifications.all(of: other.id).isEmpty)
        }
      }
    }
  }
}
