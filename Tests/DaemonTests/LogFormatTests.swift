import Dispatch
import Glibc
import Logging
import ServiceManager
import Synchronization
import Testing

@testable import Daemon

private func record(_ message: String, _ metadata: Logger.Metadata = [:]) -> LogRecord {
  LogRecord(
    time: 1_795_365_959_123_456, level: .warning, label: "qd", message: message, metadata: metadata,
    file: "Agent/Link.swift", line: 7, function: "run()")
}

@Suite struct LogFormatTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (951_827_696_789_000, "2000-02-29T12:34:56.789Z"),
    (1_795_365_959_123_456, "2026-11-22T16:45:59.123Z"), (-1, "1969-12-31T23:59:59.999Z"),
    (4_107_542_400_000_000, "2100-03-01T00:00:00.000Z"),
  ])
  func `instants are shown in UTC`(microseconds: Int64, text: String) {
    #expect(UTCTime.text(microseconds: microseconds) == text)
  }

  @Test func `a text line has time, level, label, message and sorted metadata`() {
    let line = TextLogSink.line(record("gone", ["b": "two words", "a": "1", "c": "say \"x\""]))
    #expect(
      line == "2026-11-22T16:45:59.123Z warning qd: gone a=1 b=\"two words\" c=\"say \\\"x\\\"\"\n")
  }

  @Test func `a message cannot forge a line of its own`() {
    let line = TextLogSink.line(record("a\nb\u{1B}[2J", ["k": "x\r\ny"]))
    #expect(line.hasSuffix("qd: a\\nb\\x1b[2J k=x\\r\\ny\n"))
  }

  @Test func `a JSON line is one object with everything escaped`() {
    let line = JSONLogSink.line(
      record("a\"b\\c\n\u{1}é", ["list": ["1", ["k": "v"]], "n": .stringConvertible(5)]))
    #expect(
      line == #"{"time":"2026-11-22T16:45:59.123Z","level":"warning","label":"qd","#
        + #""message":"a\"b\\c\n\u0001é","metadata":{"list":["1",{"k":"v"}],"n":"5"},"#
        + #""source":"Agent/Link.swift:7"}"# + "\n")
  }

  @Test func `journal fields carry priority, identifier and each metadata key`() {
    let fields = JournalLogSink.fields(record("gone", ["exec-id": "7"]), identifier: "qd-agent")
    let byName = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value) })
    #expect(byName["MESSAGE"] == "gone exec-id=7")
    #expect(byName["PRIORITY"] == "4")
    #expect(byName["SYSLOG_IDENTIFIER"] == "qd-agent")
    #expect(byName["QD_EXEC_ID"] == "7")
    #expect(byName["CODE_LINE"] == "7")
  }

  @Test func `auto is the journal when it is connected and text elsewhere`() {
    #expect(DaemonLogging.resolved(.auto, isJournalConnected: true) == .journal)
    #expect(DaemonLogging.resolved(.auto, isJournalConnected: false) == .text)
    #expect(DaemonLogging.resolved(.json, isJournalConnected: true) == .json)
  }

  @Test func `a line's own metadata wins over the logger's`() {
    let sink = RecordingSink()
    var logger = Logger(label: "qd") { DaemonLogHandler(label: $0, level: .info, sink: sink) }
    logger[metadataKey: "a"] = "logger"
    logger[metadataKey: "b"] = "logger"
    logger.info("x", metadata: ["a": "line"])
    logger.debug("not logged")
    #expect(sink.records.map(\.metadata) == [["a": "line", "b": "logger"]])
  }

  @Test func `lines of many tasks are never mixed`() async {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let output = LogOutput(descriptor: ends[1])
    let reader = ends[0]
    async let text = readAll(reader)
    await withTaskGroup { group in
      for letter in "abcdefgh".utf8 {
        group.addTask {
          for _ in 0..<50 { output.write([UInt8](repeating: letter, count: 9000) + [10]) }
        }
      }
    }
    close(ends[1])
    let lines = await text.split(separator: 10)
    close(reader)
    #expect(lines.count == 400)
    #expect(lines.allSatisfy { $0.count == 9000 && Set($0).count == 1 })
  }
}

/// Reads until the end on a thread of its own: the writers block all of the shared pool's.
private func readAll(_ descriptor: Int32) async -> [UInt8] {
  await withCheckedContinuation { continuation in
    DispatchQueue(label: "reader").async { continuation.resume(returning: bytes(descriptor)) }
  }
}

private func bytes(_ descriptor: Int32) -> [UInt8] {
  var all: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while case let count = read(descriptor, &buffer, buffer.count), count > 0 {
    all += buffer[..<count]
  }
  return all
}

final class RecordingSink: LogSink {
  private let stored = Mutex<[LogRecord]>([])
  var records: [LogRecord] { stored.withLock { $0 } }
  func write(_ record: LogRecord) { stored.withLock { $0.append(record) } }
}
