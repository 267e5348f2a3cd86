import Model
import Testing

@Suite struct PercentEncodingTests {
  @Test func `all but the unreserved characters is encoded, byte by byte`() {
    #expect(PercentEncoding.encode("aZ09-._~") == "aZ09-._~")
    #expect(PercentEncoding.encode("a b/ü\n") == "a%20b%2F%C3%BC%0A")
    #expect(PercentEncoding.encode("a:b c") { $0 == UInt8(ascii: ":") } == "%61:%62%20%63")
  }

  @Test(arguments: ["", "a b", "100 %", "ü/ö?&=+", "%41"])
  func `what was encoded comes back`(text: String) {
    #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == Array(text.utf8))
  }

  @Test(arguments: ["%", "%4", "%zz", "%+1", "%%", "50%"])
  func `a sign that no two digits follow stands for itself`(text: String) {
    #expect(PercentEncoding.decode(text) == Array(text.utf8))
  }
}
