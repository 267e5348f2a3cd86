import Testing

@testable import Cryptography

@Suite struct EncodingTests {
  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
    ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
  ])
  func `base64 is the one of RFC 4648 without padding`(plain: String, encoded: String) {
    #expect(Base64.text(of: Array(plain.utf8)) == encoded)
    #expect(Base64.bytes(of: encoded) == Array(plain.utf8))
  }

  @Test func `the URL-safe alphabet has no plus and no slash`() {
    #expect(Base64.urlSafeText(of: [0xFB, 0xEF, 0xBE]) == "----")
    #expect(Base64.urlSafeText(of: [0xFF, 0xFF, 0xFF]) == "____")
  }

  @Test(arguments: ["Z", "Zh", "Zm9v=", "Zm 8", "Zg=="])
  func `what is not canonical base64 is refused`(text: String) {
    #expect(Base64.bytes(of: text) == nil)
  }

  @Test func `hexadecimal digits go both ways`() {
    #expect(Hexadecimal.text(of: [0, 0x9F, 0xFF]) == "009fff")
    #expect(Hexadecimal.bytes(of: "009fFF") == [0, 0x9F, 0xFF])
    #expect(Hexadecimal.bytes(of: "0") == nil)
    #expect(Hexadecimal.bytes(of: "0g") == nil)
  }
}
