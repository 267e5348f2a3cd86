import Logs
import Model
import Spool
import Store
import TestSupport
import Testing

@Suite struct LogTextTests {
  private func text(_ log: LogFixture, from position: Int64 = 0) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await part in log.reader.text(of: log.execution, from: position) { bytes += part }
    return bytes
  }

  @Test(arguments: Engine.all)
  func `NUL, torn UTF-8 and carriage returns come back as they were printed`(
    on engine: Engine
  ) async throws {
    try await LogFixture.with(engine) { log in
      let raw: [UInt8] = [0, 1, 0xF0, 0x9F, 10, 0xFF, 13, 10]
      try await log.store([Frame(.stdout, time: 1, payload: raw[...])])
      #expect(try await text(log) == raw)
      let page = try await log.reader.page(of: log.execution, from: 0)
      #expect(page.plainText == raw)
      #expect(page.entries[0].bytes == [0, 1, 0xF0, 0x9F])
      #expect(page.entries[0].text == "\0\u{1}\u{FFFD}")
    }
  }

  @Test(arguments: Engine.all)
  func `a line that was cut is whole again, and an unended one gets its end`(
    on engine: Engine
  ) async throws {
    try await LogFixture.with(engine) { log in
      try await log.store([
        log.out("long", flags: .continues), log.out("er\nlast", flags: .unterminated),
      ])
      try await log.store([log.out("next\n")], of: 2)
      #expect(try await text(log) == Array("longer\nlast\nnext\n".utf8))
      let page = try await log.reader.page(of: log.execution, from: 0)
      #expect(page.plainText == Array("longer\nlast\nnext\n".utf8))
      #expect(page.entries.map(\.continues) == [true, false, false, false])
    }
  }

  @Test(arguments: Engine.all)
  func `text goes on from the position where a page stopped`(on engine: Engine) async throws {
    try await LogFixture.with(engine) { log in
      try await log.store([log.out("one\ntwo\n"), log.out("three\n")])
      let page = try await log.reader.page(
        of: log.execution, from: 0, limit: LogLimit(entries: 1))
      #expect(try await text(log, from: page.nextPosition) == Array("two\nthree\n".utf8))
    }
  }

  @Test(arguments: Engine.all)
  func `many chunks come one after the other and are all there`(on engine: Engine) async throws {
    try await LogFixture.with(engine) { log in
      var expected: [UInt8] = []
      for index in 0..<300 {
        let line = "line \(index)\n"
        expected += Array(line.utf8)
        try await log.store([log.out(line)])
      }
      #expect(try await text(log) == expected)
    }
  }
}
