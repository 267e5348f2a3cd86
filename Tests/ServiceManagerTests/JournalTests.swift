import Glibc
import Testing

@testable import ServiceManager

@Suite struct JournalTests {
  @Test func `an entry has NAME=value for each field`() throws {
    let entry = JournalEntry([
      .message("two\nlines"), .priority(6), try JournalField("EXECUTION_ID", ""),
    ])
    let texts = entry.withFields { fields in
      fields.map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(texts == ["MESSAGE=two\nlines", "PRIORITY=6", "EXECUTION_ID="])
  }

  @Test(arguments: ["", "lower", "_PID", "1ST", "A-B", String(repeating: "A", count: 65)])
  func `a name that the journal would drop is refused`(name: String) {
    #expect(throws: JournalField.InvalidName(name: name)) { try JournalField(name, "x") }
  }

  @Test func `any text makes a field's name`() {
    #expect(JournalField.named(after: "request-id", "1").name == "REQUEST_ID")
    #expect(JournalField.named(after: "_x", "1").name == "X_X")
    #expect(JournalField.named(after: "", "1").name == "X")
    #expect(JournalField.named(after: String(repeating: "ü", count: 99), "1").name.utf8.count == 64)
  }

  @Test func `priorities stay in syslog's range`() {
    #expect(JournalField.priority(-3).value == "0")
    #expect(JournalField.priority(99).value == "7")
  }

  @Test func `an entry reaches the journal, or the outcome says that there is none`() {
    let hasJournal = access(Journal.socketPath, F_OK) == 0
    let outcome = Journal.send([.message("a test of Quarterdeck"), .priority(7)])
    #expect(outcome == (hasJournal ? .sent : .noJournal))
  }

  @Test func `a stream is the journal's when device and inode are those of JOURNAL_STREAM`() {
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    defer { for end in ends { close(end) } }
    var status = stat()
    fstat(ends[1], &status)
    let stream = "\(status.st_dev):\(status.st_ino)"
    #expect(Journal.isConnected(stream: stream, descriptor: ends[1]))
    #expect(
      !Journal.isConnected(stream: "\(status.st_dev):\(status.st_ino + 1)", descriptor: ends[1]))
    #expect(!Journal.isConnected(stream: nil, descriptor: ends[1]))
    #expect(!Journal.isConnected(stream: "nonsense", descriptor: ends[1]))
    #expect(!Journal.isConnected(stream: stream, descriptor: -1))
  }
}
