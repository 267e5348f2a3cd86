import FoundationEssentials
import JobFormat
import Model
import TestSupport
import Testing

@Suite struct RoundTripTests {
  /// What is exported in all formats is the same whatever formats it went through before.
  private func check(_ jobs: [Job], through formats: [JobFormatName]) throws {
    let yaml = try JobDocument.encode(jobs, format: .yaml)
    let first = try decode(yaml)
    for job in first { #expect(job.definitionProblems.isEmpty) }
    let exports = try exports(first, formats)
    for format in formats {
      let again = try decode(try #require(exports[format]), format)
      for (name, text) in try self.exports(again, formats) where text != exports[name] {
        Issue.record("\(format) changed what \(name) says:\n\(exports[name] ?? "")\nto\n\(text)")
        return
      }
    }
  }

  private func exports(
    _ jobs: [Job], _ formats: [JobFormatName]
  ) throws -> [JobFormatName: String] {
    var exports: [JobFormatName: String] = [:]
    for format in formats { exports[format] = try JobDocument.encode(jobs, format: format) }
    return exports
  }

  @Test(arguments: 0..<8)
  func `jobs by chance with every field go through all formats unchanged`(seed: Int) throws {
    var generator = JobGenerator(random: SeededGenerator(seed: UInt64(seed)))
    for _ in 0..<8 { try check([generator.job()], through: JobFormatName.allCases) }
  }

  @Test(arguments: 100..<104)
  func `with conditional steps they go through YAML and JSON unchanged`(seed: Int) throws {
    var generator = JobGenerator(random: SeededGenerator(seed: UInt64(seed)))
    generator.hasConditionals = true
    for _ in 0..<8 { try check([generator.job()], through: [.yaml, .json]) }
  }

  @Test(arguments: [
    "a\n", "a\n\n", "\na", "\n", "\n\n\n", "a", " a", "a ", "\ta\t", "a\n  b\n", "  a\n b\n",
    "a \n\nb\t\n",
    "a\r\nb\r\n", "a\rb", "]]>", "<![CDATA[x]]>\n", "é😀\n", "#!/bin/sh\n\n\techo \"$1\"  \n",
    "a: b\n- c\n",
    "\u{85}", "x\u{2028}\u{2029}y\n", "x\u{FEFF}", "'", "\"\n\"", "%\n", "---\n", "...\n---\n",
    "|-\n x\n",
    "a\u{7F}", "\u{A0}", "e\u{301}\n",
  ])
  func `a script survives byte for byte`(script: String) throws {
    let job = Job(
      name: "a", workflow: Workflow(steps: [WorkflowStep(.script(ScriptStep(text: script)))]))
    for format in JobFormatName.allCases {
      let text = try JobDocument.encode([job], format: format)
      let again = try decode(text, format)
      guard case .script(let step) = again[0].workflow.steps[0].kind else {
        Issue.record("no script in \(again)")
        return
      }
      #expect(Array(step.text.utf8) == Array(script.utf8), "\(format): \(text)")
    }
  }
}

extension RoundTripTests {
  @Test(arguments: [("every-key", JobFormatName.yaml), ("shapes", .xml), ("shapes", .json)])
  func `documents of the documented shapes go through all formats unchanged`(
    name: String, format: JobFormatName
  ) throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Documents/\(name).\(format.rawValue)")
    let jobs = try decode(String(decoding: Data(contentsOf: path), as: UTF8.self), format)
    try check(jobs, through: JobFormatName.allCases)
  }

  @Test func `XML's spellings mean what YAML's do`() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Documents/shapes.xml")
    let job = try decode(String(decoding: Data(contentsOf: path), as: UTF8.self), .xml)[0]
    #expect(job.retry == JobRetry(count: "${option.again}", delay: "90s"))
    #expect(job.logLimit == JobLogLimit(.bytes(1_024), action: .truncate, status: "aborted"))
    #expect(try job.orchestrator?.rule() == .subset(count: 3))
    #expect(job.workflow.rules == "[*] run-in-sequence\n[2] if:option.zone==b")
    #expect(job.workflow.logFilters.map(\.type) == ["key-value-data", "quiet-output"])
    #expect(job.workflow.steps[0].logFilters.map(\.type) == ["mask-passwords"])
    #expect(job.nodeFilter?.threadcount == "5" && job.nodeFilter?.excludePrecedence == false)
    #expect(job.plugins(of: "ExecutionLifecycle").map(\.type) == ["bare", "told"])
    #expect(job.options.map(\.name).first == "zone" && job.options[2].values == ["x", "y,z"])
    #expect(
      job.notifications[.success] == [
        .webhook(
          WebhookNotification(
            urls: "http://example.com/?id=${execution.id}&s=${execution.status}", format: .json))
      ])
    #expect(
      job.notifications[.failure].first
        == .email(
          EmailNotification(
            recipients: "a@example.com,b@example.com", subject: "Failed", log: .inline)))
    guard case .reference(let reference) = try job.workflow.steps[3].kind.meaning() else {
      Issue.record("no reference")
      return
    }
    #expect(reference.target == .named(project: "elsewhere", group: "tools", name: "other"))
    #expect(reference.nodes?.filter == "tags: db" && reference.nodes?.intersects == true)
    #expect(reference.arguments == "-zone ${option.zone}" && reference.isNodeStep)
  }
}
