import Database
import TestSupport
import Testing

private struct Refusal: Error {}

@Suite(.timeLimit(.minutes(10))) struct NotificationTests {
  @Test(arguments: Engine.all)
  func `a message reaches those who listen to its channel`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      var listener = database.notifications(on: ["logs", "Jobs \"x\""]).makeAsyncIterator()
      #expect(await listener.next() == .reconnected)
      try await database.notify(channel: "elsewhere", payload: "1")
      try await database.notify(channel: "logs", payload: "zwölf 'Boxkämpfer'")
      try await database.notify(channel: "Jobs \"x\"", payload: "")
      #expect(await listener.next() == .message(channel: "logs", payload: "zwölf 'Boxkämpfer'"))
      #expect(await listener.next() == .message(channel: "Jobs \"x\"", payload: ""))
    }
  }

  @Test(arguments: Engine.all)
  func `a second listener may come later, for channels of its own`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      var first = database.notifications(on: ["one"]).makeAsyncIterator()
      #expect(await first.next() == .reconnected)
      var second = database.notifications(on: ["one", "two"]).makeAsyncIterator()
      #expect(await second.next() == .reconnected)
      try await database.notify(channel: "two", payload: "a")
      try await database.notify(channel: "one", payload: "b")
      #expect(await second.next() == .message(channel: "two", payload: "a"))
      #expect(await second.next() == .message(channel: "one", payload: "b"))
      #expect(await first.next() == .message(channel: "one", payload: "b"))
    }
  }

  @Test(arguments: Engine.all)
  func `a transaction's message is sent when it commits, and never when it does not`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      var listener = database.notifications(on: ["c"]).makeAsyncIterator()
      #expect(await listener.next() == .reconnected)
      await #expect(throws: Refusal.self) {
        try await database.transaction { connection in
          try await connection.notify(channel: "c", payload: "rolled back")
          throw Refusal()
        }
      }
      try await database.transaction { connection in
        try await connection.notify(channel: "c", payload: "committed")
        try await database.notify(channel: "c", payload: "in between")
      }
      #expect(await listener.next() == .message(channel: "c", payload: "in between"))
      #expect(await listener.next() == .message(channel: "c", payload: "committed"))
    }
  }

  @Test(arguments: Engine.all)
  func `closing the database ends its listeners`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      var listener = database.notifications(on: ["c"]).makeAsyncIterator()
      #expect(await listener.next() == .reconnected)
      await database.close()
      #expect(await listener.next() == nil)
    }
  }
}
