import Glibc
import Testing

@testable import Masking

/// Random secrets in random surroundings, cut at random places.
@Suite struct MaskingPropertyTests {
  private struct Trial {
    var chance: Chance
    var secrets: [[UInt8]] = []
    var text: [UInt8] = []

    init(seed: UInt64, lines: Bool = false) {
      chance = Chance(state: seed)
      for _ in 0..<Int.random(in: 1...6, using: &chance) {
        var secret = bytes(Int.random(in: 6...40, using: &chance))
        if lines { secret.insert(10, at: Int.random(in: 1..<secret.count, using: &chance)) }
        secrets.append(secret)
      }
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in
        // No line ends and no stars: those are looked at elsewhere.
        var byte = UInt8.random(in: 0x20...0xff, using: &chance)
        while byte == 0x2a { byte = UInt8.random(in: 0x20...0xff, using: &chance) }
        return byte
      }
    }

    mutating func pieces() -> [[UInt8]] {
      var rest = text[...]
      var pieces: [[UInt8]] = []
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 0...24, using: &chance))
        rest = rest.dropFirst(piece.count)
        pieces.append(Array(piece))
      }
      return pieces
    }

    mutating func stream() -> [UInt8] {
      var masker = SecretMasker(secrets: secrets)
      var out = pieces().flatMap { masker.mask($0) }
      out += masker.finish()
      return out
    }
  }

  private static func encoded(_ secret: [UInt8], _ chance: inout Chance) -> [UInt8] {
    let hex = Array((Bool.random(using: &chance) ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
    return secret.flatMap { byte -> [UInt8] in
      let isKept = byte >= 0x30 && byte <= 0x7a && Bool.random(using: &chance)
      return isKept ? [byte] : [0x25, hex[Int(byte >> 4)], hex[Int(byte & 15)]]
    }
  }

  @Test(arguments: 0..<60)
  func `no occurrence survives, wherever it is cut, and all else is kept`(seed: UInt64) {
    var trial = Trial(seed: seed, lines: seed % 4 == 0)
    var expected: [UInt8] = []
    for _ in 0..<40 {
      let between = Array("<\(trial.chance.next())>".utf8)
      let secret = trial.secrets.randomElement(using: &trial.chance)!
      let isURL = Bool.random(using: &trial.chance)
      trial.text += between + (isURL ? Self.encoded(secret, &trial.chance) : secret)
      expected += between
      if seed % 4 != 0 { expected += SecretMasker.replacement }
    }
    let out = trial.stream()
    for secret in trial.secrets { #expect(!out.contains(secret)) }
    #expect(out == SecretMasker(secrets: trial.secrets).masked(trial.text))
    if seed % 4 != 0 { #expect(out == expected) }
  }

  @Test(arguments: 0..<60)
  func `no base64 survives at any alignment`(seed: UInt64) {
    var trial = Trial(seed: seed)
    var cores: [[UInt8]] = []
    for index in 0..<40 {
      let secret = trial.secrets.randomElement(using: &trial.chance)!
      let lead = trial.bytes(index % 3 + 3 * (index % 2))
      let tail = trial.bytes(Int.random(in: 0...4, using: &trial.chance))
      let isURLSafe = Bool.random(using: &trial.chance)
      let text = Base64.encode(
        lead + secret + tail, isURLSafe: isURLSafe, isPadded: Bool.random(using: &trial.chance))
      let begin = (lead.count * 8 + 5) / 6
      cores.append(Array(text[begin..<((lead.count + secret.count) * 8 / 6)]))
      trial.text += text + [0x20]
    }
    let out = trial.stream()
    for core in cores { #expect(!out.contains(core)) }
    #expect(out.count { $0 == 0x20 } == 40)
  }

  @Test(arguments: 0..<20)
  func `what holds no secret is kept byte by byte`(seed: UInt64) {
    var trial = Trial(seed: seed)
    trial.text = (0..<20_000).map { _ in UInt8.random(in: 0...255, using: &trial.chance) }
    #expect(trial.stream() == trial.text)
    trial.text = (0..<5000).flatMap { _ in
      Array("%".utf8) + [UInt8.random(in: 0x30...0x46, using: &trial.chance)]
    }
    #expect(trial.stream() == trial.text)
  }

  @Test func `without secrets bytes pass as they are`() {
    var masker = SecretMasker(secrets: [])
    #expect(masker.mask([1, 2, 3]) == [1, 2, 3] && masker.finish().isEmpty)
  }

  /// Of this thread, in nanoseconds: others may be busy.
  private static var processorTime: Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  @Test func `the time is linear, also for the worst text`() {
    let secrets = [[UInt8](repeating: 0x61, count: 400) + [0x62], Array("%61%61".utf8)]
    let masker = SecretMasker(secrets: secrets)
    func time(_ text: [UInt8]) -> Int {
      (0..<3).map { _ in
        let start = Self.processorTime
        _ = masker.masked(text)
        return Self.processorTime - start
      }.min()!
    }
    for piece in [Array("a".utf8), Array("%61".utf8), Array("aaaa%61".utf8)] {
      let short = time(Array(repeatElement(piece, count: 4000).joined()))
      let long = time(Array(repeatElement(piece, count: 40_000).joined()))
      // Ten times the bytes; a quadratic search would take a hundred times as long.
      #expect(long < short * 40)
    }
  }
}
