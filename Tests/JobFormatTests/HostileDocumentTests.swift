import JobFormat
import Model
import TestSupport
import Testing

@Suite struct HostileDocumentTests {
  private func error(_ text: String, _ format: JobFormatName) -> JobFormatError? {
    error(Array(text.utf8), format)
  }

  private func error(_ bytes: [UInt8], _ format: JobFormatName) -> JobFormatError? {
    do {
      _ = try JobDocument.decode(bytes, format: format)
      return nil
    } catch {
      return error
    }
  }

  private func hasJob(_ text: String, _ format: JobFormatName) -> Bool {
    let results = try? JobDocument.decode(Array(text.utf8), format: format)
    return results?.contains { (try? $0.get()) != nil } ?? false
  }

  @Test(arguments: JobFormatName.allCases)
  func `rubbish is an error, never a crash`(format: JobFormatName) {
    let pieces = [
      "", " ", "\n", "\u{0}", "[", "{", "<", "<a", "<joblist>", "</joblist>", "- [", "a: b: c",
      "\"",
      "[1,]", "{\"a\" 1}", "&a", "*a", "!!x y", "%", "[\"\\ud800\"]", "[1e]", "nul", "---\n---",
    ]
    for piece in pieces { #expect(!hasJob(piece, format), "\(piece)") }
    #expect(error([0xFF, 0xFE, 0x41], format) != nil)
    #expect(error([0xC3], format) != nil)
  }

  @Test func `a document of bytes by chance does no harm`() {
    var random = SeededGenerator(seed: 7)
    let alphabet = Array("{}[]<>&*!|-:,#\"'\\\n abjo%?/@`~0123\u{0}\u{FEFF}é".utf8)
    for _ in 0..<400 {
      let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
        alphabet.randomElement(using: &random) ?? 0
      }
      for format in JobFormatName.allCases { _ = error(bytes, format) }
    }
  }

  @Test func `entities and document types are refused`() {
    let bomb = """
      <?xml version="1.0"?><!DOCTYPE j [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
      <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]><joblist><job><name>&c;</name></job></joblist>
      """
    let external = """
      <!DOCTYPE j [<!ENTITY x SYSTEM "file:///etc/passwd">]><joblist><job><name>&x;</name></job></joblist>
      """
    let remote = "<!DOCTYPE j SYSTEM \"http://127.0.0.1:1/x.dtd\"><joblist/>"
    for text in [bomb, external, remote] {
      guard case .refused(let message)? = error(text, .xml) else {
        Issue.record("\(String(describing: error(text, .xml))) for \(text)")
        continue
      }
      #expect(message.contains("document type"))
    }
    #expect(error("<joblist>&undefined;</joblist>", .xml) != nil)
  }

  @Test func `aliases that multiply are refused`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    guard case .refused? = error(text, .yaml) else {
      Issue.record("not refused")
      return
    }
  }

  @Test(arguments: [
    (JobFormatName.json, "[", "]"), (.yaml, "[", "]"), (.yaml, "{a: ", "}"), (.xml, "<a>", "</a>"),
    (.json, "{\"a\":", "}"),
  ])
  func `deep nesting is refused`(format: JobFormatName, open: String, close: String) {
    for depth in [100, 900, 20_000] {
      let text = String(repeating: open, count: depth) + String(repeating: close, count: depth)
      #expect(error(text, format) != nil)
    }
  }

  @Test func `a key that is there twice is named`() throws {
    #expect("\(try #require(error("- name: a\n  name: b", .yaml)))".contains("'name'"))
    #expect("\(try #require(error("[{\"name\":1,\"name\":2}]", .json)))".contains("'name'"))
    let xml =
      "<joblist><job><name>a</name><name>b</name>"
      + "<sequence><command><exec>x</exec></command></sequence></job></joblist>"
    #expect(try problems(xml, .xml).first?.message.contains("second <name>") == true)
  }

  @Test func `text beside elements and unknown elements are named`() throws {
    let steps = "<sequence><command><exec>x</exec></command></sequence>"
    let text = "<joblist><job>stray<name>a</name>\(steps)</job></joblist>"
    #expect(try problems(text, .xml).first?.message.contains("text in <job>") == true)
    let unknown = "<joblist><job><name>a</name><colour>red</colour>\(steps)</job></joblist>"
    #expect(try problems(unknown, .xml).first?.field == "colour")
    #expect(error("<jobs/>", .xml) != nil)
    #expect(error("<joblist/>", .xml) == .noJobs)
  }

  @Test(arguments: [
    "<retry delay='1s' x='1'>2</retry>", "<retry>2<x/></retry>", "<context x='1'/>",
    "<context>text</context>", "<dispatch x='1'/>",
    "<nodefilters x='1'><filter>a</filter></nodefilters>",
    "<context><options x='1'><option name='a'/></options></context>",
    "<context><options><other name='a'/></options></context>",
    "<context><options><option name='a'>text</option></options></context>",
    "<logging limit='1KB'><x/></logging>",
    "<notification><onstart x='1'/></notification>", "<plugins><A type='b' x='1'/></plugins>",
    "<notification><onstart><email recipients='a'><x/></email></onstart></notification>",
    "<plugins><A type='b'><x/></A></plugins>",
  ])
  func `what XML has beside the documented is refused and not lost`(element: String) throws {
    let steps = "<sequence><command><exec>x</exec></command></sequence>"
    let text = "<joblist><job><name>a</name>\(element)\(steps)</job></joblist>"
    let found = try problems(text, .xml)
    #expect(
      found.contains {
        "\($0)".contains("x") || "\($0)".contains("text in") || "\($0)".contains("other")
      }, "\(found)")
  }

  @Test func `an error knows its line`() {
    guard case .malformed(let yaml?, _)? = error("- name: a\n  b: [\n", .yaml),
      case .malformed(let json?, _)? = error("[\n{\"a\"\n:tru}]", .json),
      case .malformed(let xml?, _)? = error("<joblist>\n<job>\n</jab>\n</joblist>", .xml)
    else {
      Issue.record("no line")
      return
    }
    #expect(yaml >= 2 && json == 3 && xml == 3)
  }

  @Test func `a byte order mark and carriage returns are no matter`() throws {
    let yaml =
      "\u{FEFF}- name: a\r\n  sequence:\r\n    commands:\r\n    - script: |\r\n        a\r\n        b\r\n"
    let expected = StepKind.script(ScriptStep(text: "a\nb\n"))
    #expect(try decode(yaml)[0].workflow.steps[0].kind == expected)
    let json =
      "\u{FEFF}[{\"name\":\"a\",\r\n\"sequence\":{\"commands\":[{\"exec\":\"a\\r\\nb\"}]}}]"
    #expect(try decode(json, .json)[0].workflow.steps[0].kind == .exec("a\r\nb"))
  }

  @Test func `a NUL in a text is refused by field`() throws {
    let json = "[{\"name\":\"a\",\"sequence\":{\"commands\":[{\"exec\":\"a\\u0000b\"}]}}]"
    #expect(try problems(json, .json).map(\.field) == ["sequence.commands[0].exec"])
  }

  @Test func `a long script comes through whole`() throws {
    let script = String(repeating: "echo \"line\" # <&>\n", count: 10_000)
    let job = Job(
      name: "a", workflow: Workflow(steps: [WorkflowStep(.script(ScriptStep(text: script)))]))
    for format in JobFormatName.allCases {
      #expect(try decode(try JobDocument.encode([job], format: format), format) == [job])
    }
  }

  @Test func `XML refuses what it cannot hold, by job and field`() {
    let job = Job(name: "a", workflow: Workflow(steps: [WorkflowStep(.exec("a\u{1}b"))]))
    #expect(throws: JobFormatError.self) { try JobDocument.encode([job], format: .xml) }
  }
}
