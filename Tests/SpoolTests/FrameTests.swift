import Spool
import Testing

@Suite struct FrameTests {
  @Test func `a frame read back is the frame that was written`() throws {
    let frames = [
      Frame(.accepted, time: 1, text: "boot"),
      Frame(.stdout, flags: .unterminated, time: -5, payload: [0, 10, 255]),
      Frame(.stderr, flags: [.continues], time: .max, payload: []),
      Frame.server("hello", level: .debug, time: 7),
    ]
    let bytes = frames.flatMap(\.bytes)
    #expect(try FrameReader.frames(in: bytes[...]) == frames)
  }

  @Test func `a header has the documented bytes`() {
    let bytes = Frame(.stderr, flags: .continues, time: 0x0102, payload: [9]).bytes
    #expect(bytes == [1, 0, 0, 0, 4, 2, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 9])
  }

  @Test func `a torn tail is not read and not an error`() throws {
    let whole = Frame(.stdout, time: 1, text: "a\n").bytes
    let torn = Frame(.stdout, time: 2, text: "bcd\n").bytes
    for cut in 0..<torn.count {
      var reader = FrameReader(whole + torn[..<cut])
      #expect(try reader.next()?.text == "a\n")
      #expect(try reader.next() == nil)
      #expect(reader.consumed == whole.count)
    }
  }

  @Test func `a slice is read from its own beginning`() throws {
    let bytes = [1, 2, 3] + Frame(.notice, time: 1, text: "x").bytes
    var reader = FrameReader(bytes[3...])
    #expect(try reader.next()?.text == "x")
    #expect(reader.consumed == bytes.count - 3)
  }

  @Test func `frames of a kind that nobody knows are skipped and count as read`() throws {
    var later = Frame(.stdout, time: 1, text: "of a later version").bytes
    later[4] = 99
    let known = Frame(.stdout, time: 1, text: "a").bytes
    var reader = FrameReader(later + later + known + later + known[..<5], base: 8)
    #expect(try reader.next()?.text == "a")
    #expect(try reader.next() == nil)
    #expect(reader.consumed == 3 * later.count + known.count)
    var torn = FrameReader(later.dropLast())
    #expect(try torn.next() == nil && torn.consumed == 0)
  }

  @Test func `a header of an unknown kind names it and still says how long its frame is`() {
    var bytes = Frame(.stdout, time: 1, text: "abc").bytes
    bytes[4] = 99
    bytes.withUnsafeBytes { raw in
      #expect(throws: SpoolError.unknownKind(99, offset: 25)) { try FrameHeader(raw, at: 25) }
      #expect((try? FrameHeader.payloadLength(in: raw)) == 3)
    }
  }

  @Test func `a length beyond the limit is damage and not a reason to wait`() {
    var bytes = Frame(.stdout, time: 1).bytes
    bytes[3] = 0xff
    var reader = FrameReader(bytes)
    #expect(throws: SpoolError.self) { try reader.next() }
  }

  @Test func `the payloads of started and ended survive`() throws {
    let started = StartedPayload(process: 4711, supervisor: -1, bootID: "b-1")
    #expect(try StartedPayload(started.bytes[...]) == started)
    for reason in EndedPayload.Reason.allCases {
      let limit = reason == .limitExceeded ? "memory limit of 512 MiB" : ""
      let ended = EndedPayload(exitCode: -1, signal: 9, reason: reason, limit: limit)
      #expect(try EndedPayload(ended.bytes[...]) == ended)
    }
    #expect(throws: SpoolError.badPayload(.ended)) { try EndedPayload([1, 2, 3]) }
    let dropped = DroppedPayload(count: .max - 1)
    #expect(try DroppedPayload(dropped.bytes[...]) == dropped)
    #expect(throws: SpoolError.badPayload(.dropped)) { try DroppedPayload([1, 2, 3]) }
  }

  @Test func `exactly the kinds that end a spool are final`() {
    #expect(FrameKind.allCases.filter(\.isFinal) == [.ended, .lost, .notStarted])
  }
}
