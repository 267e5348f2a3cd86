import Compression
import Testing

@Suite struct CompressionTests {
  private func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
  }

  @Test(arguments: [0, 1, 100, 262_144, 3_000_000], [1, 3, 19])
  func `what is compressed is read again`(size: Int, level: Int) throws {
    let noisy = noise(size, seed: UInt64(size + 1))
    let plain = [UInt8](repeating: 65, count: size)
    for bytes in level == 19 && size > 1_000_000 ? [plain] : [noisy, plain] {
      var compressor = try Compressor(level: level)
      let frame = try compressor.frame(of: bytes)
      #expect(try Decompressor.content(of: frame, limit: size) == bytes)
    }
  }

  @Test func `frames one after the other are one content, and each stands alone`() throws {
    var compressor = try Compressor()
    let parts = (0..<5).map { noise(70_000 * $0 + 3, seed: UInt64($0)) }
    let frames = try parts.map { part throws(CompressionError) in try compressor.frame(of: part) }
    let whole = Array(frames.joined())
    #expect(try Decompressor.content(of: whole, limit: .max) == Array(parts.joined()))
    for (part, frame) in zip(parts, frames) {
      #expect(try Decompressor.content(of: frame, limit: .max) == part)
    }
  }

  @Test func `a stream that arrives byte by byte is the same content`() throws {
    var compressor = try Compressor()
    let content = noise(2_000, seed: 4) + [UInt8](repeating: 9, count: 5_000)
    let frame = try compressor.frame(of: content)
    var decompressor = try Decompressor()
    var read: [UInt8] = []
    for byte in frame {
      read += try decompressor.take([byte], limit: .max)
    }
    #expect(read == content)
    let isAtEnd = decompressor.isAtFrameEnd
    #expect(isAtEnd)
  }

  @Test func `a flipped bit, a cut frame and a bomb are refused`() throws {
    var compressor = try Compressor()
    let content = noise(10_000, seed: 7)
    let frame = try compressor.frame(of: content)
    #expect(throws: CompressionError.self) {
      try Decompressor.content(of: frame.dropLast(), limit: .max)
    }
    var flipped = frame
    flipped[frame.count / 2] ^= 1
    #expect(throws: CompressionError.self) {
      try Decompressor.content(of: flipped, limit: .max)
    }
    let bomb = try compressor.frame(of: [UInt8](repeating: 0, count: 50_000_000))
    #expect(bomb.count < 10_000)
    #expect(throws: CompressionError.tooLong(limit: 1_000_000)) {
      try Decompressor.content(of: bomb, limit: 1_000_000)
    }
  }
}
