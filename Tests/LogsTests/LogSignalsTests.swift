import Logs
import Model
import Store
import TestSupport
import Testing

@Suite struct LogSignalsTests {
  @Test func `a follower that subscribed before it read misses nothing`() async {
    let signals = LogSignals(member: "a")
    var changes = signals.changes(of: ExecutionID(1)).makeAsyncIterator()
    signals.changed([ExecutionID(2), ExecutionID(1)])
    signals.changed([ExecutionID(1)])
    #expect(await changes.next() != nil)
  }

  @Test func `a change of another execution wakes nobody`() async {
    let signals = LogSignals(member: "a")
    let changes = signals.changes(of: ExecutionID(1))
    signals.changed([ExecutionID(2)])
    let woken = await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        for await _ in changes { return true }
        return false
      }
      group.cancelAll()
      return await group.next() ?? true
    }
    #expect(!woken)
  }

  @Test(arguments: Engine.all)
  func `a follower on another member is told`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      let here = LogSignals(member: "here")
      let there = LogSignals(member: "there")
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await here.run(store: store) }
        group.addTask { await there.run(store: store) }
        let changes = there.changes(of: ExecutionID(7))
        group.addTask {
          // Listening begins at a moment that nobody signals: announce until it is heard.
          while !Task.isCancelled {
            here.changed([ExecutionID(7)])
            try? await Task.sleep(for: .milliseconds(5))
          }
        }
        for await _ in changes { break }
        group.cancelAll()
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a line of the server's own wakes the follower when it is stored`(
    on engine: Engine
  ) async throws {
    try await LogFixture.with(engine) { log in
      var changes = log.signals.changes(of: log.execution).makeAsyncIterator()
      try await log.writer.append(
        "two\nlines", level: .error, to: log.execution, step: "1", node: "n",
        at: Instant(microseconds: 1))
      _ = await changes.next()
      let entries = try await log.reader.page(of: log.execution, from: 0).entries
      #expect(entries.map(\.text) == ["two", "lines"])
      #expect(entries.map(\.level) == [.error, .error])
      #expect(entries.map(\.source) == [.server, .server])
    }
  }
}
