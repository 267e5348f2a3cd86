import Testing

@testable import Cryptography

@Suite struct EnvelopeTests {
  private let key = EnvelopeKey.random()
  private let secret = Array("a secret option".utf8)

  @Test func `AES-256-GCM gives the answer of its specification's test case 16`() throws {
    let key = try #require(
      Hexadecimal.bytes(of: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
    let nonce = try #require(Hexadecimal.bytes(of: "cafebabefacedbaddecaf888"))
    let plain = try #require(
      Hexadecimal.bytes(
        of: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
          + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"))
    let associated = try #require(
      Hexadecimal.bytes(of: "feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    let sealed = try GaloisCounterMode.seal(
      plain, key: key, nonce: nonce, associated: associated)
    #expect(
      Hexadecimal.text(of: sealed.text)
        == "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662")
    #expect(Hexadecimal.text(of: sealed.tag) == "76fc6ece0f4e1768cddf8853bb2d551b")
  }

  @Test(arguments: [0, 1, 15, 16, 17, 100_000])
  func `what was sealed opens for the same context`(count: Int) throws {
    let bytes = SecureRandom.bytes(count)
    let sealer = EnvelopeSealer(key: key)
    let sealed = try sealer.seal(bytes, context: "execution/1/options")
    #expect(try sealer.open(sealed, context: "execution/1/options") == bytes)
  }

  @Test func `sealing the same twice gives different bytes`() throws {
    let sealer = EnvelopeSealer(key: key)
    #expect(
      try sealer.seal(secret, context: "c") != sealer.seal(secret, context: "c"))
  }

  @Test func `a change of any single byte is noticed`() throws {
    let sealer = EnvelopeSealer(key: key)
    let sealed = try sealer.seal(secret, context: "c")
    for index in sealed.indices {
      var changed = sealed
      changed[index] ^= 1
      #expect(throws: EnvelopeError.self) { try sealer.open(changed, context: "c") }
    }
  }

  @Test func `every truncation is noticed`() throws {
    let sealer = EnvelopeSealer(key: key)
    let sealed = try sealer.seal(secret, context: "c")
    for count in sealed.indices {
      #expect(throws: EnvelopeError.self) {
        try sealer.open(Array(sealed[..<count]), context: "c")
      }
    }
    #expect(throws: EnvelopeError.truncated) { try sealer.open([], context: "c") }
    #expect(throws: EnvelopeError.truncated) {
      try sealer.open(Array(sealed[..<30]), context: "c")
    }
  }

  @Test func `another context does not open it`() throws {
    let sealer = EnvelopeSealer(key: key)
    let sealed = try sealer.seal(secret, context: "execution/1")
    #expect(throws: EnvelopeError.notAuthentic) { try sealer.open(sealed, context: "execution/2") }
  }

  @Test func `another key of the same name does not open it`() throws {
    let one = try EnvelopeSealer(key: EnvelopeKey(SecureRandom.bytes(32), id: "k"))
    let other = try EnvelopeSealer(key: EnvelopeKey(SecureRandom.bytes(32), id: "k"))
    let sealed = try one.seal(secret, context: "c")
    #expect(throws: EnvelopeError.notAuthentic) { try other.open(sealed, context: "c") }
  }

  @Test func `a missing key is named`() throws {
    let sealed = try EnvelopeSealer(key: key).seal(secret, context: "c")
    #expect(throws: EnvelopeError.unknownKey(id: key.id)) {
      try EnvelopeSealer(key: .random()).open(sealed, context: "c")
    }
  }

  @Test func `a retired key still opens, a new one seals`() throws {
    let old = try EnvelopeSealer(key: key).seal(secret, context: "c")
    let new = EnvelopeKey.random()
    let sealer = EnvelopeSealer(key: new, retired: [key])
    #expect(try sealer.open(old, context: "c") == secret)
    #expect(try Envelope(sealer.seal(secret, context: "c")).keyID == new.id)
  }

  @Test func `a newer form is refused by its version`() throws {
    var sealed = try EnvelopeSealer(key: key).seal(secret, context: "c")
    sealed[0] = 2
    #expect(throws: EnvelopeError.unknownVersion(2)) {
      try EnvelopeSealer(key: key).open(sealed, context: "c")
    }
  }

  @Test func `a key goes through its file's text and keeps its name`() throws {
    let read = try EnvelopeKey(hex: key.hex)
    #expect(read == key)
    #expect(!"\(key)".contains(key.hex))
    #expect(throws: CryptographyError.self) { try EnvelopeKey(hex: "abc") }
    #expect(throws: CryptographyError.self) { try EnvelopeKey([1, 2, 3]) }
  }
}
