import Cryptography
import Testing

@Suite struct SecureRandomTests {
  @Test func `random bytes have the wanted count and differ`() {
    #expect(SecureRandom.bytes(0).isEmpty)
    #expect(SecureRandom.bytes(32).count == 32)
    #expect(SecureRandom.bytes(32) != SecureRandom.bytes(32))
  }

  @Test func `a token of 32 bytes has 43 URL-safe characters`() {
    let token = SecureRandom.token()
    #expect(token.count == 43)
    #expect(token.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) })
  }

  @Test func `hexadecimal text has two digits a byte`() {
    let text = SecureRandom.hex(20)
    #expect(text.count == 40)
    #expect(Hexadecimal.bytes(of: text)?.count == 20)
  }

  @Test func `a UUID has the version, the variant and the form of RFC 9562`() {
    for _ in 0..<64 {
      let uuid = SecureRandom.uuid()
      #expect(
        uuid.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
          != nil, "\(uuid)")
    }
    #expect(SecureRandom.uuid() != SecureRandom.uuid())
  }

  @Test func `constant-time equality is equality`() {
    #expect(constantTimeEquals([1, 2, 3], [1, 2, 3]))
    #expect(!constantTimeEquals([1, 2, 3], [1, 2, 4]))
    #expect(!constantTimeEquals([1, 2, 3], [1, 2]))
    #expect(constantTimeEquals([UInt8](), []))
    #expect(constantTimeEquals("secret", "secret"))
    #expect(!constantTimeEquals("secret", "Secret"))
  }
}
