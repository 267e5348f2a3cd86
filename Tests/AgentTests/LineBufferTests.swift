import Spool
import StepSupervisor
import Testing

@Suite struct LineBufferTests {
  /// Feeds pieces as reads would bring them; returns the frames.
  func frames(_ pieces: [[UInt8]]) throws -> [Frame] {
    var buffer = LineBuffer(kind: .stdout)
    var out: [UInt8] = []
    for piece in pieces {
      var rest = piece[...]
      while !rest.isEmpty {
        let part = rest.prefix(buffer.room.count)
        buffer.room.copyBytes(from: part)
        rest = rest.dropFirst(part.count)
        _ = buffer.take(part.count, at: 1) {
          out += $0; return true
        }
      }
    }
    _ = buffer.finish(at: 2) {
      out += $0; return true
    }
    return try FrameReader.frames(in: out[...])
  }

  @Test func `a frame ends with a line; the rest waits`() throws {
    let frames = try frames([Array("ab".utf8), Array("c\nde\nf".utf8), Array("g\n".utf8)])
    #expect(frames.map(\.text) == ["abc\nde\n", "fg\n"])
    #expect(frames.allSatisfy { $0.flags.isEmpty })
  }

  @Test func `a last line without an end is marked`() throws {
    let frames = try frames([Array("a\nb".utf8)])
    #expect(frames.map(\.text) == ["a\n", "b"])
    #expect(frames.map(\.flags) == [[], .unterminated])
  }

  @Test func `a line of one MiB stays one frame`() throws {
    let line = [UInt8](repeating: 0x78, count: 1 << 20) + [10]
    let frames = try frames([line, Array("next\n".utf8)])
    #expect(frames.map(\.payload.count) == [line.count, 5])
  }

  @Test func `a longer line is cut between characters and continued`() throws {
    let line = Array(String(repeating: "€", count: 3 << 20).utf8) + [10]
    let frames = try frames([[0x61] + line])
    #expect(frames.flatMap(\.payload) == [0x61] + line)
    #expect(frames.dropLast().allSatisfy { $0.flags == .continues && $0.payload.count <= 4 << 20 })
    #expect(frames.allSatisfy { String(validating: $0.payload, as: UTF8.self) != nil })
    #expect(frames.last?.flags == [])
  }

  @Test func `bytes come out as they went in, whatever the reads`() throws {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<300_000).map { _ in
      Int.random(in: 0..<50, using: &generator) == 0
        ? 10 : UInt8.random(in: 0...255, using: &generator)
    }
    var pieces: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Int.random(in: 1...20_000, using: &generator)
      pieces.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    #expect(try frames(pieces).flatMap(\.payload) == bytes)
  }
}
