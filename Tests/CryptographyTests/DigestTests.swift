import Cryptography
import Testing

@Suite struct DigestTests {
  @Test(arguments: [
    (Digest.Algorithm.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (.md5, "900150983cd24fb0d6963f7d28e17f72"),
  ])
  func `the digest of abc is the one in its standard`(algorithm: Digest.Algorithm, hex: String) {
    #expect(Digest.hex("abc", algorithm) == hex)
    #expect(Digest.of(Array("abc".utf8), algorithm).count == algorithm.byteCount)
  }

  @Test func `the digest of nothing is the one in its standard`() {
    #expect(
      Digest.hex([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test func `a digest fed in pieces equals the digest of the whole`() {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var digest = Digest(.sha256)
    digest.update(bytes[..<1])
    digest.update([])
    digest.update(bytes[1..<70_000])
    digest.update(Array(bytes[70_000...]))
    #expect(digest.finish() == Digest.sha256(bytes))
  }
}
