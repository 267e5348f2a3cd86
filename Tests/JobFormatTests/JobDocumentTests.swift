import FoundationEssentials
import JobFormat
import Model
import Testing

/// Decodes a document that must be whole, and its jobs.
func decode(_ text: String, _ format: JobFormatName = .yaml) throws -> [Job] {
  try JobDocument.decode(Array(text.utf8), format: format).map { try $0.get() }
}

/// The problems of the document's first job.
func problems(_ text: String, _ format: JobFormatName = .yaml) throws -> [JobProblem] {
  guard case .failure(let error) = try JobDocument.decode(Array(text.utf8), format: format)[0]
  else {
    return []
  }
  return error.problems
}

@Suite struct JobDocumentTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  private func document(_ path: String) throws -> String {
    try String(
      decoding: Data(contentsOf: Self.folder.appending(path: path)), as: UTF8.self)
  }

  @Test func `a small job has Rundeck's defaults`() throws {
    let job = try decode("- name: a\n  sequence: {commands: [{exec: date}]}")[0]
    #expect(job == Job(name: "a", workflow: Workflow(steps: [WorkflowStep(.exec("date"))])))
    #expect(job.scheduleEnabled && job.executionEnabled && job.nodesSelectedByDefault)
    #expect(job.loglevel == .info && job.workflow.strategy == .nodeFirst && job.nodeFilter == nil)
  }

  @Test func `every documented key is read`() throws {
    let job = try decode(try document("Documents/every-key.yaml"))[0]
    #expect(job.id == JobID("00000000-1111"))
    #expect(job.group == "a/b" && job.path == "a/b/Every key" && job.loglevel == .verbose)
    #expect(job.description == "First line\n\n# Second\n  indented")
    #expect(!job.executionEnabled && !job.scheduleEnabled && job.multipleExecutions)
    #expect(job.timeout == "120" && job.maxMultipleExecutions == "2" && job.isScheduled)
    #expect(job.options.map(\.name) == ["env", "many", "secret", "day", "remote"])
    #expect(job.options[0].values == ["dev", "yes", "007"])
    #expect(job.nodeFilter?.threadcount == "3" && job.nodeFilter?.rankOrder == .descending)
    #expect(job.nodeFilter?.excludeFilter == "name: old" && !job.nodesSelectedByDefault)
    #expect(job.workflow.strategy == .sequential && job.workflow.keepgoing)
    #expect(
      job.workflow.steps.map(\.kind.typeName) == [
        "exec", "scriptfile", "scripturl", "jobref", "jenkins-build",
      ])
    guard case .script(let script)? = job.workflow.steps[0].errorHandler?.kind else {
      throw JobProblem(field: "errorhandler", message: "is no script")
    }
    #expect(script.text == "#!/bin/sh\n  echo \"]]> <handler> & more\"\n")
    #expect(script.interpreterArgsQuoted && script.fileExtension == ".sh")
  }

  @Test(arguments: JobFormatName.allCases)
  func `every documented key comes out again`(format: JobFormatName) throws {
    let jobs = try decode(try document("Documents/every-key.yaml"))
    let written = try JobDocument.encode(jobs, format: format)
    let again = try decode(written, format)
    #expect(again == jobs)
    #expect(try JobDocument.encode(again, format: format) == written)
  }

  @Test(arguments: ["backup", "health-check", "long-running"])
  func `the examples are sound in every format`(name: String) throws {
    let jobs = try decode(try document("../../examples/jobs/\(name).yaml"))
    #expect(jobs.map(\.name) == [name])
    for format in JobFormatName.allCases {
      #expect(try decode(try JobDocument.encode(jobs, format: format), format) == jobs)
    }
  }

  @Test func `what YAML exports is made for people`() throws {
    let text =
      "- name: a\n  uuid: u\n  sequence:\n    commands:\n    - script: |\n        a\n          b\n"
    let yaml = try JobDocument.encode(try decode(text), format: .yaml)
    #expect(yaml.contains("    - script: |\n        a\n          b\n"))
    #expect(
      yaml.hasPrefix("- description: ''\n  executionEnabled: true\n  id: u\n  loglevel: INFO\n"))
    #expect(yaml.contains("  uuid: u\n"))
  }

  @Test func `one bad job does not keep the others out`() throws {
    let text = """
      - name: one
        sequence: {commands: [{exec: a}]}
      - name: two
        uuid: u2
        sequence: {commands: []}
      - name: three
        sequence: {commands: [{exec: a}]}
      """
    let results = try JobDocument.decode(Array(text.utf8), format: .yaml)
    #expect(results.map { (try? $0.get())?.name } == ["one", nil, "three"])
    guard case .failure(let error) = results[1] else { return }
    #expect(error.index == 1 && error.name == "two" && error.id == "u2")
    #expect(
      error.description
        == "job 'two' (number 2): sequence.commands: a job must have at least one step")
  }

  @Test func `texts that look like something else stay texts`() throws {
    let text = """
      - name: 0x10
        uuid: 0123
        group: yes
        description: 1.10
        sequence: {commands: [{exec: 2026-01-01}, {exec: on}, {exec: 'true'}, {exec: true}]}
      """
    let job = try decode(text)[0]
    #expect(job.id == JobID("0123") && job.name == "0x10" && job.group == "yes")
    #expect(job.description == "1.10")
    #expect(
      job.workflow.steps.map(\.kind) == ["2026-01-01", "on", "true", "true"].map { .exec($0) })
    let yaml = try JobDocument.encode([job], format: .yaml)
    #expect(yaml.contains("uuid: '0123'") && yaml.contains("group: 'yes'"))
  }

  @Test func `the uuid is the id, and not the document's id`() throws {
    let both = "- name: a\n  id: x\n  uuid: y\n  sequence: {commands: [{exec: a}]}"
    #expect(try decode(both)[0].id == JobID("y"))
    let one = "- name: a\n  id: x\n  sequence: {commands: [{exec: a}]}"
    #expect(try decode(one)[0].id == JobID("x"))
  }

  @Test func `options may be a map, and old filters become one`() throws {
    let text = """
      - name: a
        options: {b: {required: true}, a: {value: x}, c: }
        nodefilters:
          dispatch: {threadcount: 2}
          include: {tags: web, name: web-.*}
          exclude: {os-family: windows}
        sequence: {commands: [{exec: a}]}
      """
    let job = try decode(text)[0]
    #expect(job.options.map(\.name) == ["a", "b", "c"])
    #expect(job.nodeFilter?.filter == "name: web-.* tags: web !os-family: windows")
    #expect(job.nodeFilter?.threadcount == "2")
  }

  @Test func `dispatch settings without a filter leave the job on its host, and are kept`() throws {
    let text =
      "<joblist><job><name>a</name><dispatch><threadcount>2</threadcount></dispatch>"
      + "<sequence><command><exec>x</exec></command></sequence></job></joblist>"
    let job = try decode(text, .xml)[0]
    #expect(job.nodeFilter == nil)
    #expect(try JobDocument.encode([job], format: .xml).contains("<threadcount>2</threadcount>"))
  }

  @Test(arguments: [
    """
    {"type":"conditional","nodeStep":true,
    "conditionGroups":[[{"key":"k","operator":"==","value":"v"}]],"subSteps":[{"exec":"x"}]}
    """,
    """
    {"type":"conditional.logic","nodeStep":true,"description":"d","invertLogic":false,
    "conditionGroups":[{"conditions":[{"field":"${node.osFamily}","operator":"equals","value":"unix"}]}],
    "steps":[{"exec":"x","errorhandler":{"exec":"y"}}]}
    """,
  ])
  func `conditional steps are kept, and XML says that it cannot have them`(step: String) throws {
    let text = #"[{"name":"a","sequence":{"commands":[\#(step)]}}]"#
    let jobs = try decode(text, .json)
    #expect(try JobDocument.encode(jobs, format: .json).contains("conditionGroups"))
    #expect(try decode(try JobDocument.encode(jobs, format: .yaml)) == jobs)
    #expect(throws: JobFormatError.self) { try JobDocument.encode(jobs, format: .xml) }
  }

  @Test func `a stored job is the same job`() throws {
    let job = try decode(try document("Documents/every-key.yaml"))[0]
    let stored = try JSONEncoder().encode(job)
    #expect(try JSONDecoder().decode(Job.self, from: stored) == job)
  }
}
