import Testing

@testable import Masking

/// Chance that can be repeated.
struct Chance: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}

@Suite struct SecretMaskerTests {
  private func mask(_ text: String, _ secrets: String...) -> String {
    let masker = SecretMasker(secrets: secrets.map { Array($0.utf8) })
    return String(decoding: masker.masked(Array(text.utf8)), as: UTF8.self)
  }

  @Test func `a secret is replaced wherever it stands, and nothing else`() {
    #expect(mask("password=hunter2; again hunter2\n", "hunter2") == "password=*****; again *****\n")
    #expect(mask("hunter and 2", "hunter2") == "hunter and 2")
    #expect(mask("", "hunter2") == "")
  }

  @Test func `overlapping secrets leave nothing of any of them`() {
    #expect(mask("xabcdefgy", "abcde", "cdefg") == "x*****y")
    #expect(mask("xabcdefgy", "cde", "abcdefg") == "x*****y")
    #expect(mask("abcabcabc!", "abc") == "*****!")
    #expect(mask("aaaaab", "aaaa") == "*****b")
  }

  @Test func `secrets that are too short are not masked`() {
    #expect(SecretMasker(secrets: [[], [1], [1, 2], [0x61, 10, 10]]).isEmpty)
    #expect(!SecretMasker(secrets: [[1, 2, 3]]).isEmpty)
  }

  @Test func `each line of a secret of several lines is masked by itself`() {
    let key = "-----BEGIN KEY-----\nMIIEvQ+IBADANB\r\nq/1=\n-----END KEY-----\n"
    #expect(mask("got: MIIEvQ+IBADANB and q/1=", key) == "got: ***** and *****")
    #expect(mask("-----END KEY-----\n", key) == "*****\n")
    #expect(mask("a ab\ncd\nef b ab cd", "ab\ncd\nef") == "a ***** b ab cd")
    #expect(mask("from a file: token", "token\n") == "from a file: *****")
  }

  @Test(arguments: [
    "c2VjcmV0IQ==", "c2VjcmV0IQ", "eHNlY3JldCE=", "eHhzZWNyZXQh", "eHhzZWNyZXQheXl5",
  ])
  func `base64 is masked at each alignment`(text: String) {
    let masked = mask("<\(text)>", "secret!")
    #expect(masked.contains("*****") && masked.count < text.count + 2)
    #expect(
      !masked.contains("2VjcmV0") && !masked.contains("ZWNyZX") && !masked.contains("NlY3Jld"))
  }

  @Test func `base64 of a long secret is masked when it is wrapped`() {
    let secret = Array(
      "a long secret that certainly does not fit into one line of encoded text; \u{7f}".utf8)
    let text = Base64.encode(secret, isURLSafe: false, isPadded: true)
    for width in [64, 76] {
      let wrapped = stride(from: 0, to: text.count, by: width).map {
        Array(text[$0..<min($0 + width, text.count)])
      }
      let masked = SecretMasker(secrets: [secret]).masked(Array(wrapped.joined(separator: [10])))
      #expect(String(decoding: masked, as: UTF8.self) == "*****\n*****")
    }
  }

  @Test(arguments: [
    "p%40ss+w%C3%B6rd%2F1", "p%40ss%20w%c3%b6rd/1", "%70%40%73%73%20%77%C3%b6%72%64%2f%31",
    "p@ss wörd%2F1", "p@ss wörd/1",
  ])
  func `any URL encoding is masked`(text: String) {
    #expect(mask("?x=\(text)&y=%41", "p@ss wörd/1") == "?x=*****&y=%41")
  }

  @Test func `base64 inside of a URL is masked`() {
    #expect(mask("?x=%2Bvv7%2B%2Fv7%3D&", "\u{3f}") == "?x=%2Bvv7%2B%2Fv7%3D&")
    let masked = SecretMasker(secrets: [[0xfa, 0xfb, 0xfb, 0xfb, 0xfb]]).masked(
      Array("?x=%2Bvv7%2B%2Fs%3D&".utf8))
    #expect(String(decoding: masked, as: UTF8.self) == "?x=*****&")
  }

  @Test func `escapes that are none are bytes like others`() {
    #expect(mask("100%% %zz %4", "%zz %4") == "100%% *****")
    #expect(mask("a%41%4", "aA%4") == "*****")
    #expect(mask("%%41BC", "%ABC") == "*****")
  }

  @Test func `the same secret is found behind any escapes`() {
    let text = "%20%61bc abc %61%62%63 ab%63 %6"
    #expect(mask(text, "abc") == "%20***** ***** ***** ***** %6")
  }
}
