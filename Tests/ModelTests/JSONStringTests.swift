import Model
import Testing

@Suite struct JSONStringTests {
  @Test(arguments: [
    ("", #""""#), (#"a"b\c"#, #""a\"b\\c""#), ("a\n\r\tb", #""a\n\r\tb""#),
    ("\u{0}\u{1F}\u{7F}", #""\u0000\u001f\u007f""#), ("\u{2028}\u{2029}", #""\u2028\u2029""#),
    ("ü😀/", #""ü😀/""#),
  ])
  func `text stands in quotes with what JSON does not allow escaped`(text: String, json: String) {
    var written = "x"
    JSONString.append(text, to: &written)
    #expect(written == "x" + json)
  }
}
