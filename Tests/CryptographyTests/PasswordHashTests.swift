import Testing

@testable import Cryptography

@Suite struct PasswordHashTests {
  private static let cheap = PasswordHash.Parameters(logN: 4, r: 1, p: 1)

  @Test func `scrypt gives RFC 7914's answers`() throws {
    let first = try PasswordHash.scrypt(
      [], salt: [], byteCount: 64, parameters: Self.cheap, maximumMemory: 1 << 20)
    #expect(
      Hexadecimal.text(of: first.hash)
        == "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
        + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")
    let second = try PasswordHash.scrypt(
      Array("password".utf8), salt: Array("NaCl".utf8), byteCount: 64,
      parameters: .init(logN: 10, r: 8, p: 16), maximumMemory: 4 << 20)
    #expect(
      Hexadecimal.text(of: second.hash)
        == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")
  }

  @Test func `a password verifies against its own hash only`() throws {
    let hash = try PasswordHash.scrypt("correct horse", parameters: Self.cheap)
    #expect(try hash.verify("correct horse"))
    #expect(try !hash.verify("correct hors"))
    #expect(try !hash.verify(""))
  }

  @Test func `the text of a hash holds all that verifying needs`() throws {
    let hash = try PasswordHash.scrypt("pässword", parameters: Self.cheap)
    #expect(hash.text.hasPrefix("$scrypt$ln=4,r=1,p=1$"))
    let read = try PasswordHash(parsing: hash.text)
    #expect(read == hash)
    #expect(try read.verify("pässword"))
  }

  @Test func `two hashes of one password differ`() throws {
    let first = try PasswordHash.scrypt("same", parameters: Self.cheap)
    #expect(try first.text != PasswordHash.scrypt("same", parameters: Self.cheap).text)
  }

  @Test func `a hash shows nothing of itself in a log`() throws {
    let hash = try PasswordHash.scrypt("x", parameters: Self.cheap)
    #expect("\(hash)" == "scrypt(ln=4,r=1,p=1)")
  }

  @Test(arguments: [
    "", "plain", "$scrypt$", "$scrypt$ln=4,r=1,p=1$c2FsdA$", "$scrypt$ln=0,r=1,p=1$c2FsdA$c2FsdA",
    "$scrypt$ln=40,r=8,p=1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
    "$scrypt$r=8,ln=4,p=1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
    "$bcrypt$ln=4,r=8,p=1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
    "$scrypt$ln=4,r=8,p=1$c2Fs dA$AAAAAAAAAAAAAAAAAAAAAA",
    "$scrypt$ln=4,r=8,p=1$$AAAAAAAAAAAAAAAAAAAAAA",
  ])
  func `a malformed hash is refused`(text: String) {
    let error = #expect(throws: CryptographyError.self) { try PasswordHash(parsing: text) }
    #expect(error?.code == .badEncoding)
  }

  @Test func `a hash that asks for too much memory is refused before it gets it`() throws {
    let planted = try PasswordHash(
      parsing: "$scrypt$ln=24,r=64,p=1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA")
    let error = #expect(throws: CryptographyError.self) { try planted.verify("x") }
    #expect(error?.code == .memoryLimit)
  }

  @Test func `parameters out of range are refused`() {
    let error = #expect(throws: CryptographyError.self) {
      try PasswordHash.scrypt("x", parameters: .init(logN: 0, r: 8, p: 1))
    }
    #expect(error?.code == .badArgument)
  }

  @Test func `the standard parameters fit the standard memory limit`() async throws {
    let hasher = PasswordHasher()
    let hash = try await hasher.hash("admin")
    #expect(hash.parameters == .standard)
    #expect(try await hasher.verify("admin", against: hash))
    #expect(try await !hasher.verify("Admin", against: hash))
  }
}
