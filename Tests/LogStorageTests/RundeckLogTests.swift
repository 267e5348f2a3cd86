import Model
import Testing

@testable import LogStorage

@Suite struct RundeckLogTests {
  private func read(_ bytes: [UInt8], stride: Int = .max) throws -> [RundeckLogEntry] {
    var reader = RundeckLogReader()
    var entries: [RundeckLogEntry] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      reader.feed(rest.prefix(stride))
      rest = rest.dropFirst(stride)
      while let item = try reader.next() { entries.append(item.entry) }
    }
    return entries
  }

  @Test(arguments: 0..<60)
  func `what is written is read again, whatever it is, however it arrives`(seed: Int) throws {
    var maker = FrameMaker(seed: UInt64(seed))
    let entries = (0..<40).map { _ in
      RundeckLogEntry(
        time: Instant(microseconds: Int64(maker.number(2_000_000_000)) * 1_000_000),
        type: ["log", "stepbegin", "nodeend"][maker.number(3)],
        level: ["NORMAL", "ERROR", "DEBUG"][maker.number(3)],
        metadata: maker.number(3) == 0
          ? [:] : ["node": "a=b|c}\\d{", "stepctx": "1/2", "user": "ü"],
        message: maker.text())
    }
    var bytes = RundeckLog.head
    for entry in entries { RundeckLogWriter.append(entry, to: &bytes) }
    bytes += RundeckLog.tail
    for stride in [Int.max, 1, 7] { #expect(try read(bytes, stride: stride) == entries) }
  }

  @Test func `an archive as Rundeck writes it is read`() throws {
    let archive = """
      ^text/x-rundeck-log-v2.0^
      ^2014-03-06T18:45:26Z|stepbegin||{node=dignan|step=1|stepctx=1|user=admin}|^
      ^2014-03-06T18:45:26Z|||{node=dignan|step=1|stepctx=1|user=greg}|two
      lines^
      ^2014-03-06T18:45:27Z||ERROR||caf\\^e \\\\ \\x^
      ^2014-03-06T20:45:27+02:00||WARN|{}|^
      ^END^

      """
    let entries = try read(Array(archive.utf8))
    #expect(entries.count == 4)
    #expect(entries[0].type == "stepbegin")
    #expect(entries[0].metadata["node"] == "dignan")
    #expect(entries[1].message == Array("two\nlines".utf8))
    #expect(entries[1].time == Instant(microseconds: 1_394_131_526_000_000))
    #expect(entries[2].message == Array("caf^e \\ \\x".utf8))
    #expect(entries[2].metadata.isEmpty)
    #expect(entries[3].time == Instant(microseconds: 1_394_131_527_000_000))
  }

  @Test func `an entry is written as Rundeck writes it`() {
    var bytes: [UInt8] = []
    RundeckLogWriter.append(
      RundeckLogEntry(
        time: Instant(microseconds: 1_369_359_062_999_999), level: "DEBUG",
        metadata: ["test": "1", "something": "else"], message: Array("a ^ \\ b".utf8)), to: &bytes)
    let expected = "^2013-05-24T01:31:02Z||DEBUG|{something=else|test=1}|a \\^ \\\\ b^\n"
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
  }

  @Test func `what is no archive is refused`() {
    #expect(throws: RundeckLogError.notARundeckLog) {
      try read(Array("hello\nworld, this is text\n".utf8))
    }
    #expect(throws: RundeckLogError.self) {
      try read(RundeckLog.head + Array("^no time|||{}|x^\n".utf8))
    }
    #expect(throws: RundeckLogError.self) {
      try read(RundeckLog.head + Array("^2013-05-24T01:31:02Z|||{a=b|x^\n".utf8))
    }
  }

  @Test(
    arguments: [-62_167_219_200, -1, 0, 951_782_400, 4_107_542_399, 253_402_300_799] as [Int64])
  func `times are written as they are read`(seconds: Int64) {
    let time = Instant(microseconds: seconds * 1_000_000)
    #expect(RundeckLogReader.time(RundeckLogWriter.timeText(time)) == time)
  }
}
