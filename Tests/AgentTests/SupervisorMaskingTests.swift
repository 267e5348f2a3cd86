import Glibc
import Spool
import StepSupervisor
import Testing

@testable import Masking

@Suite(.timeLimit(.minutes(10))) struct SupervisorMaskingTests {
  private func run(_ text: String, _ secrets: [String]) async throws -> [Frame] {
    try await SupervisedStep.run(.shell(text) { $0.secrets = secrets.map { Array($0.utf8) } })
  }

  @Test func `a secret is masked in both streams, also when it comes in two reads`() async throws {
    let frames = try await run(
      """
      printf 'a hunt'; sleep 0.05; printf 'er2 b\\n'; echo err hunter2 >&2
      printf hunter2 | base64; echo 'x=%68unter2'; printf 'no end: hunter2'
      """, ["hunter2"])
    #expect(frames.lines(.stdout) == ["a ***** b", "*****", "x=*****", "no end: *****"])
    #expect(frames.lines(.stderr) == ["err *****"])
    #expect(frames.last { $0.kind == .stdout }?.flags == .unterminated)
  }

  @Test func `a secret of several short lines is masked although each line is a frame of its own`()
    async throws
  {
    let frames = try await run(
      "echo x; echo ab; sleep 0.05; echo cd; sleep 0.05; echo efg; echo y; echo ab", ["ab\ncd\nefg"]
    )
    #expect(frames.lines(.stdout) == ["x", "*****", "y", "ab"])
  }

  @Test func `a line that is cut has no secret in its seam`() async throws {
    let frames = try await run(
      "head -c 4194300 /dev/zero | tr '\\0' x; printf hunter2; head -c 100 /dev/zero | tr '\\0' y; echo",
      ["hunter2"])
    let (before, behind) = (
      String(repeating: "x", count: 4_194_300), String(repeating: "y", count: 100)
    )
    #expect(frames.bytes(.stdout) == Array("\(before)*****\(behind)\n".utf8))
    #expect(frames.first { $0.kind == .stdout }?.flags == .continues)
  }

  @Test func `masked output may be longer than a frame`() async throws {
    let frames = try await run("yes abc, | head -c 4000000 | tr -d '\\n'; echo", ["abc"])
    let expected = String(repeating: "*****,", count: 800_000) + "\n"
    #expect(frames.bytes(.stdout) == Array(expected.utf8))
  }

  @Test func `why a step was not started tells no secret`() async throws {
    var order = StepOrder(arguments: ["/no/hunter2/program"], bootID: "boot")
    order.secrets = [Array("hunter2".utf8)]
    let frames = try await SupervisedStep.run(order)
    #expect(frames.last?.text == "/no/*****/program: No such file or directory")
  }

  @Test(arguments: 0..<20)
  func `frames hold whole lines without secrets, whatever the reads`(seed: UInt64) throws {
    var chance = SystemRandomNumberGenerator()
    let secrets = ["hunter2", "ab\ncd\nefg", "line one\nline two"].map { Array($0.utf8) }
    let words = [
      "hunter2", "ab\ncd\nefg", "ab\ncd\n", "ab\n", "line one\n", "line two", "x", "\n", "hun",
    ]
    let text = (0..<2000).flatMap { _ in Array(words.randomElement(using: &chance)!.utf8) }
    let frames = try frames(of: text, secrets, &chance)
    #expect(frames.flatMap(\.payload) == SecretMasker(secrets: secrets).masked(text))
    #expect(frames.dropLast().allSatisfy { $0.payload.last == 10 && $0.flags.isEmpty })
  }

  private func frames(
    of text: [UInt8], _ secrets: [[UInt8]], _ chance: inout SystemRandomNumberGenerator
  ) throws -> [Frame] {
    var buffer = LineBuffer(kind: .stdout, masker: SecretMasker(secrets: secrets))
    var out: [UInt8] = []
    var rest = text[...]
    while !rest.isEmpty {
      let part = rest.prefix(min(buffer.room.count, Int.random(in: 1...40, using: &chance)))
      buffer.room.copyBytes(from: part)
      rest = rest.dropFirst(part.count)
      _ = buffer.take(part.count, at: 1) {
        out += $0
        return true
      }
    }
    _ = buffer.finish(at: 2) {
      out += $0
      return true
    }
    return try FrameReader.frames(in: out[...])
  }
}
