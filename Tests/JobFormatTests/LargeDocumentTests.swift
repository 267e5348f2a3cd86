import JobFormat
import Model
import Testing

@Suite struct LargeDocumentTests {
  private func document(_ items: [String]) -> [UInt8] { Array(items.joined().utf8) }

  @Test func `a job with ten thousand options is read`() throws {
    let options = (0..<10_000).map { "  - name: o\($0)\n    value: v\n" }.joined()
    let text = "- name: a\n  sequence:\n    commands:\n    - exec: x\n  options:\n\(options)"
    let job = try decode(text)[0]
    #expect(job.options.count == 10_000)
    for format in JobFormatName.allCases {
      #expect(try decode(try JobDocument.encode([job], format: format), format) == [job])
    }
  }

  @Test func `items that look like more than they are are read with the whole document`() throws {
    let job = "  sequence: {commands: [{exec: x}]}\n"
    let documents: [(String, [String])] = [
      ("- &a\n  name: a\n\(job)- <<: *a\n  name: b\n", ["a", "b"]),
      ("- name: \"a\n- b\"\n\(job)- name: c\n\(job)", ["a - b", "c"]),
      ("- {name: a,\n- b: c}\n", []),
      ("# x\n---\n- name: a\n\(job)- name: b\n\(job)", ["a", "b"]),
      ("- name: a\n\(job)---\n- name: b\n\(job)", ["a", "b"]),
      ("- name: a\n\(job)...\n---\nname: b\noptions:\n- name: o\n\(job.dropFirst(2))", ["a", "b"]),
      ("---\nname: b\noptions:\n- name: o\nsequence: {commands: [{exec: x}]}\n", ["b"]),
      ("  - name: a\n  \(job)  - name: b\n  \(job)", ["a", "b"]),
      ("- name: a\r\n  sequence: {commands: [{exec: x}]}\r\n- name: b\r\n\(job)", ["a", "b"]),
      ("- name: a\r  sequence: {commands: [{exec: x}]}\r- name: b\r\(job)", ["a", "b"]),
      ("-\n  name: a\n\(job)-   name: b\n    sequence: {commands: [{exec: x}]}\n", ["a", "b"]),
      ("--- \n- name: a\n\(job)", ["a"]),
    ]
    for (text, names) in documents {
      let jobs = (try? decode(text)) ?? []
      #expect(jobs.map(\.name) == names, "\(text)")
    }
  }

  @Test func `a mistake late in a long list is told with its line`() {
    let item = "- name: a\n  sequence: {commands: [{exec: x}]}\n"
    let bytes = document(Array(repeating: item, count: 1_000) + ["- name: b\n  c: [\n"])
    #expect {
      _ = try JobDocument.decode(bytes, format: .yaml)
    } throws: { error in
      if case JobFormatError.malformed(let line?, _) = error { return line >= 2_001 }
      return false
    }
  }

  @Test func `a JSON list is read item by item to its end`() throws {
    let job = #"{"name":"a","sequence":{"commands":[{"exec":"x"}]}}"#
    #expect(try decode("[\(job), \(job)\n,\(job)]", .json).count == 3)
    #expect(try decode(" \(job) ", .json).count == 1)
    for text in ["[\(job)", "[\(job),]", "[\(job)] x", "[\(job)}", "[]", "[ ]"] {
      #expect(throws: JobFormatError.self, "\(text)") {
        try JobDocument.decode(Array(text.utf8), format: .json)
      }
    }
  }

  @Test func `a script of megabytes comes through`() throws {
    let script = String(
      repeating: "echo 0123456789012345678901234567890123456789012345678\n", count: 1 << 16)
    let job = Job(
      name: "a", workflow: Workflow(steps: [WorkflowStep(.script(ScriptStep(text: script)))]))
    let text = try JobDocument.encode([job], format: .json)
    #expect(try decode(text, .json) == [job])
  }
}
