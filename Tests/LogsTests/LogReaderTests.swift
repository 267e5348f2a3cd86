import Logs
import Model
import Spool
import Store
import TestSupport
import Testing

@Suite struct LogReaderTests {
  @Test(arguments: Engine.all)
  func `entries have the line, its stream, its time, its step and its node`(
    on engine: Engine
  ) async throws {
    try await LogFixture.with(engine) { log in
      let started = Frame(.started, time: 3, payload: [1, 2, 3, 4, 5, 6, 7, 8])
      let error = Frame(.stderr, time: 8, text: "bad\n")
      try await log.store([started, log.out("a\n\nb\n", at: 7), error])
      try await log.store([Frame(.notice, time: 9, text: "careful")], of: 2)
      try await log.writer.append(
        "done", level: .debug, to: log.execution, at: Instant(microseconds: 10))
      let page = try await log.reader.page(of: log.execution, from: 0)
      #expect(page.entries.map(\.text) == ["a", "", "b", "bad", "careful", "done"])
      #expect(page.entries.map(\.level) == [.normal, .normal, .normal, .error, .warning, .debug])
      #expect(page.entries.map(\.time.microseconds) == [7, 7, 7, 8, 9, 10])
      #expect(page.entries.map(\.step) == ["1", "1", "1", "1", "2", nil])
      #expect(page.entries.map(\.node) == ["node-1", "node-1", "node-1", "node-1", "node-2", nil])
      #expect(page.isComplete && page.lastModified != nil)
      #expect(try await log.reader.extent(of: log.execution).lines == 6)
    }
  }

  @Test(arguments: Engine.all)
  func `pages of any size collect the same lines, each once`(on engine: Engine) async throws {
    try await LogFixture.with(engine) { log in
      let ended = Frame(.ended, time: 2, payload: [0, 0, 0, 0, 0, 0, 0, 0, 0])
      try await log.store([log.out("one\ntwo\nthree\n"), log.out("four\n"), log.out("five")])
      try await log.store([log.out("six\n"), ended], of: 2)
      for limit in [
        LogLimit(entries: 1), LogLimit(entries: 2), LogLimit(entries: 4), LogLimit(bytes: 1),
        LogLimit(bytes: 9), .page,
      ] {
        var lines: [String] = []
        var page = try await log.reader.page(of: log.execution, from: 0, limit: limit)
        lines += page.entries.map(\.text)
        while !page.isComplete {
          page = try await log.reader.page(
            of: log.execution, from: page.nextPosition, limit: limit)
          #expect(!page.entries.isEmpty)
          lines += page.entries.map(\.text)
        }
        #expect(lines == ["one", "two", "three", "four", "five", "six"], "\(limit)")
      }
    }
  }

  @Test(arguments: Engine.all)
  func `positions grow, and each entry is where it says`(on engine: Engine) async throws {
    try await LogFixture.with(engine) { log in
      try await log.store([log.out("one\ntwo\n"), log.out("three\n")])
      let entries = try await log.reader.page(of: log.execution, from: 0).entries
      #expect(zip(entries, entries.dropFirst()).allSatisfy { $0.nextPosition == $1.position })
      for entry in entries {
        let page = try await log.reader.page(
          of: log.execution, from: entry.position, limit: LogLimit(entries: 1))
        #expect(page.entries == [entry])
      }
      let beyond = try await log.reader.page(of: log.execution, from: 10_000)
      #expect(beyond.entries.isEmpty && beyond.isComplete)
      let size = try await log.reader.extent(of: log.execution).size
      #expect(beyond.size == size, "where a reader asks does not change how long the log is")
    }
  }

  @Test(arguments: Engine.all)
  func `the last lines are exactly the last lines`(on engine: Engine) async throws {
    try await LogFixture.with(engine) { log in
      try await log.store([log.out("one\ntwo\n"), log.out("three\n")])
      try await log.store([log.out("four\n")], of: 2)
      let all = ["one", "two", "three", "four"]
      for count in 1...6 {
        let page = try await log.reader.lastLines(count, of: log.execution)
        #expect(page.entries.map(\.text) == Array(all.suffix(count)))
        #expect(page.isComplete)
      }
      #expect(try await log.reader.lastLines(0, of: log.execution).entries.isEmpty)
      let one = try await log.reader.lastLines(
        2, of: log.execution, selecting: LogSelection(node: "node-1"))
      #expect(one.entries.map(\.text) == ["two", "three"])
    }
  }

  @Test(arguments: Engine.all)
  func `a selection reads one node's or one step's lines`(on engine: Engine) async throws {
    try await LogFixture.with(engine) { log in
      try await log.store([log.out("one\n")])
      try await log.store([log.out("two\n")], of: 2)
      try await log.store([log.out("three\n")])
      let node = try await log.reader.page(
        of: log.execution, from: 0, selecting: LogSelection(node: "node-1"))
      #expect(node.entries.map(\.text) == ["one", "three"] && node.isComplete)
      let step = try await log.reader.page(
        of: log.execution, from: 0, limit: LogLimit(entries: 1), selecting: LogSelection(step: "2"))
      #expect(step.entries.map(\.text) == ["two"])
      let rest = try await log.reader.page(
        of: log.execution, from: step.nextPosition, selecting: LogSelection(step: "2"))
      #expect(rest.entries.isEmpty && rest.isComplete)
    }
  }

  @Test(arguments: Engine.all)
  func `a step's name is no pattern`(on engine: Engine) async throws {
    try await LogFixture.with(engine) { log in
      try await log.store.ask.run("UPDATE assignment SET step = '2/1' WHERE id = 2")
      try await log.store([log.out("one\n")])
      try await log.store([log.out("two\n")], of: 2)
      for (name, lines) in [("2", ["two"]), ("2/1", ["two"]), ("_", []), ("%", []), ("2/", [])] {
        let page = try await log.reader.page(
          of: log.execution, from: 0, selecting: LogSelection(step: name))
        #expect(page.entries.map(\.text) == lines, "\(name)")
      }
    }
  }

  @Test func `a page of empty lines is bounded too`() async throws {
    try await LogFixture.with(.sqlite) { log in
      try await log.store([log.out(String(repeating: "\n", count: 60_000))])
      let page = try await log.reader.page(
        of: log.execution, from: 0, limit: LogLimit(entries: .max))
      #expect(page.entries.count == LogLimit.mostEntries && !page.isComplete)
      let last = try await log.reader.lastLines(.max, of: log.execution)
      #expect(last.entries.count == LogLimit.mostEntries && last.isComplete)
    }
  }
}
