import Model
import Testing

@testable import Mail

@Suite struct MailAddressTests {
  @Test(arguments: [
    ("ops@example.com", "ops@example.com"), ("  ops@example.com\t", "ops@example.com"),
    ("Ops Team <ops@example.com>", "\"Ops Team\" <ops@example.com>"),
    ("\"A \\\" B\" <a+b@x-y.example>", "\"A \\\\\\\" B\" <a+b@x-y.example>"),
    ("Jörg <j@example.com>", "=?UTF-8?B?SsO2cmc=?= <j@example.com>"),
    ("root@localhost", "root@localhost"),
  ]) func `an address is read and written`(text: String, written: String) {
    #expect(MailAddress(text)?.description == written)
  }

  @Test(arguments: [
    "", "ops", "@example.com", "ops@", "a b@example.com", "ops@exa mple.com", "ops@example..com",
    "ops@example.com\r\nBcc: all@example.com", "ops@example.com>\r\nRCPT TO:<x@y.z",
    "Name\nX: y <ops@example.com>", "jörg@example.com", "ops@example.com,other@example.com",
    "<ops@example.com> x", "\"ops\"@example.com", "ops@-example.com",
  ]) func `what is no address is refused`(text: String) {
    #expect(MailAddress(text) == nil)
  }
}

@Suite struct HeaderTextTests {
  @Test func `a plain subject stays as it is`() {
    #expect(HeaderText.unstructured("FAILURE [demo] group/job") == "FAILURE [demo] group/job")
  }

  @Test func `no text begins a field of its own`() {
    for text in [
      "a\r\nBcc: x@y.z", "a\nb", "a\rb", "a\u{0}b", "a\u{85}b", "a\u{2028}b",
      String(repeating: "ä\r\n", count: 50),
    ] {
      let lines = HeaderText.unstructured(text).split(
        separator: "\r\n", omittingEmptySubsequences: false)
      #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(" =?UTF-8?B?") })
      #expect(!lines.contains { $0.unicodeScalars.contains { $0.value < 0x20 } })
    }
  }

  @Test func `long and foreign texts become encoded words of at most 75 characters`() {
    let text = String(repeating: "Größe 🦊 ", count: 30)
    let words = HeaderText.unstructured(text).components
    #expect(words.count > 5)
    #expect(words.allSatisfy { $0.count <= 75 && $0.hasPrefix("=?UTF-8?B?") && $0.hasSuffix("?=") })
  }

  @Test func `a date is written as mail has it`() {
    let date = { (text: String) in MailDate.text(Instant(iso8601: text)!) }
    #expect(date("2026-11-23T03:40:05Z") == "Mon, 23 Nov 2026 03:40:05 +0000")
    #expect(date("1970-01-01T00:00:00Z") == "Thu, 01 Jan 1970 00:00:00 +0000")
    #expect(date("2024-02-29T23:59:59Z") == "Thu, 29 Feb 2024 23:59:59 +0000")
  }
}

extension String {
  fileprivate var components: [Substring] { split(separator: "\r\n ") }
}
