import JobFormat
import Model
import Testing

@Suite struct JobProblemTests {
  private let steps = "sequence: {commands: [{exec: a}]}"

  @Test(arguments: [
    ("{name: a}", "sequence", "at least one step"),
    ("{name: a, sequence: {commands: }}", "sequence.commands", "at least one step"),
    ("{name: a, sequence: {commands: x}}", "sequence.commands", "a list of steps, found text"),
    ("{name: a, sequence: {commands: [{}]}}", "sequence.commands[0]", "exec, script"),
    ("{name: a, sequence: {commands: [{exec: a, script: b}]}}", "sequence.commands[0]", "only one"),
    (
      "{name: a, sequence: {commands: [{exec: a, exce: b}]}}", "sequence.commands[0].exce", "'exce'"
    ),
    ("{name: a, sequence: {commands: [{exec: [a]}]}}", "sequence.commands[0].exec", "found a list"),
    ("{name: a, sequence: {commands: [{exec: ''}]}}", "sequence.commands[0].exec", "empty"),
    ("{name: a, sequence: {commands: [{script: ''}]}}", "sequence.commands[0].script", "empty"),
    ("{name: a, sequence: {commands: [{jobref: {}}]}}", "sequence.commands[0].jobref", "name or"),
    (
      "{name: a, sequence: {commands: [{exec: a, errorhandler: {exec: b, errorhandler: {exec: c}}}]}}",
      "sequence.commands[0].errorhandler.errorhandler", "cannot have one"
    ),
    ("{sequence: {commands: [{exec: a}]}}", "name", "must have a name"),
    ("{name: ' ', sequence: {commands: [{exec: a}]}}", "name", "must have a name"),
    ("{name: a, colour: red, sequence: {commands: [{exec: a}]}}", "colour", "unknown key 'colour'"),
    ("{name: a, loglevel: LOUD, sequence: {commands: [{exec: a}]}}", "loglevel", "DEBUG, VERBOSE"),
    (
      "{name: a, scheduleEnabled: maybe, sequence: {commands: [{exec: a}]}}", "scheduleEnabled",
      "true or false"
    ),
    ("{name: a, options: 3, sequence: {commands: [{exec: a}]}}", "options", "found a number"),
    (
      "{name: a, options: [{name: x}, {name: x}], sequence: {commands: [{exec: a}]}}",
      "options[1] 'x'", "two options"
    ),
    ("x", "", "expected a map, found text"),
  ])
  func `a wrong job is refused by field and message`(
    job: String, field: String, message: String
  ) throws {
    let found = try problems("- \(job)")
    #expect(found.map(\.field) == [field])
    #expect(found.first?.message.contains(message) == true)
  }

  private func messages(_ option: JobOption, scheduled: Bool = false) -> [String: String] {
    let problems = option.problems(jobIsScheduled: scheduled) + option.mismatches
    let pairs = problems.map { ($0.field, $0.message) }
    return Dictionary(pairs) { first, _ in first }
  }

  @Test func `an option is judged in the words of Rundeck`() {
    func expect(_ option: JobOption, _ field: String, _ text: String, scheduled: Bool = false) {
      #expect(messages(option, scheduled: scheduled)[field]?.contains(text) == true)
    }
    let enforced = "Allowed values (list or remote URL) must be specified if values are enforced"
    let hidden = "Hidden options must have a default value or storage path."
    expect(JobOption(name: "a", valuesUrl: "notaurl"), "valuesUrl", "Not a valid URL")
    expect(JobOption(name: "in valid"), "name", "does not match the required pattern")
    expect(
      JobOption(name: "a", storagePath: "in valid"), "storagePath",
      "Default key storage path must start with: keys/: in valid")
    expect(JobOption(name: "a", hidden: true), "value", hidden)
    expect(JobOption(name: "a", secure: true, hidden: true), "storagePath", hidden)
    expect(JobOption(name: "a", enforced: true), "values", enforced)
    expect(
      JobOption(name: "a", enforced: true, kept: ["valuesType": .text("url")]), "valuesUrl",
      enforced)
    expect(
      JobOption(name: "a", defaultValue: "b", values: ["a"], enforced: true), "value",
      "Default Value was not in the allowed values list, and values are enforced")
    expect(
      JobOption(
        name: "a", defaultValue: "a,b", values: ["a"], enforced: true, multivalued: true,
        delimiter: ","), "value",
      "Default Value contains a string that was not in the allowed values list, and values are enforced"
    )
    expect(
      JobOption(name: "a", multivalued: true), "delimiter",
      "You must specify a delimiter for multivalued options")
    expect(
      JobOption(name: "a", multivalued: true, delimiter: ",", secure: true), "multivalued",
      "Secure input cannot be used with multi-valued input")
    expect(JobOption(name: "a", regex: "asdf["), "regex", "Invalid Regular Expression:")
    expect(
      JobOption(name: "a", defaultValue: "z", regex: "[a-f]+"), "value",
      "Default value \"z\" does not match the regex: [a-f]+")
    expect(
      JobOption(name: "a", values: ["z"], regex: "[a-f]+"), "values",
      "Allowed value \"z\" does not match the regex: [a-f]+")
    expect(
      JobOption(name: "a", type: "file", required: true), "required",
      "File option type cannot be Required when the Job is scheduled", scheduled: true)
    expect(
      JobOption(name: "a", required: true), "value",
      "Specify a Default Value for Required options when the Job is scheduled", scheduled: true)
    #expect(messages(JobOption(name: "a", required: true)).isEmpty)
    #expect(messages(JobOption(name: "a", defaultValue: "${job.x}", regex: "[a-f]+")).isEmpty)
  }

  @Test func `how remote values are fetched is judged too`() {
    func found(_ key: String, _ value: JobValue) -> [String: String] {
      messages(JobOption(name: "a", valuesUrl: "http://h/x", kept: [key: value]))
    }
    let type = "remoteUrlAuthenticationType"
    #expect(found(type, .text("in valid"))[type]?.contains("must be in the list") == true)
    for known in ["", "BASIC", "API_KEY", "BEARER_TOKEN"] {
      #expect(found(type, .text(known)).isEmpty)
    }
    for bad in ["bad[.", "$.a.", "$.a]", "$['a]", "$[?(@.x]"] {
      let filter = JobValue.map([JobEntry("jsonFilter", .text(bad))])
      #expect(
        found("configRemoteUrl", filter) == [
          "configRemoteUrl.jsonFilter": "The Remote URL Json Path Filter has an invalid syntax"
        ], "\(bad)")
    }
    for good in ["$.a", "$..b[0]", "$['a].']", "$[?(@.x == 'it\\'s)')].y", "$.it's"] {
      let filter = JobValue.map([JobEntry("jsonFilter", .text(good))])
      #expect(found("configRemoteUrl", filter).isEmpty, "\(good)")
    }
  }

  @Test func `a document is read without matching an expression`() throws {
    // Years of backtracking for whoever matches it to the end.
    let value = String(repeating: "a", count: 200) + "!"
    let job = "- {name: a, options: [{name: x, regex: '(a+)+$', value: '\(value)'}], \(steps)}"
    let read = try JobDocument.decode(Array(job.utf8), format: .yaml)
    let problems = try read.first?.get().mismatches ?? []
    #expect(problems.map(\.field) == ["options[0] 'x' regex"])
    #expect(
      problems.first?.message.hasPrefix(
        "The regular expression (a+)+$ takes too long on this value: aaa") == true)
  }

  @Test func `a job's mismatches name the option`() {
    let job = Job(
      name: "a", workflow: Workflow(steps: [WorkflowStep(.exec("x"))]),
      options: [JobOption(name: "p"), JobOption(name: "q", defaultValue: "z", regex: "[a-f]+")])
    #expect(job.mismatches.map(\.field) == ["options[1] 'q' value"])
    #expect(job.definitionProblems.isEmpty)
  }

  @Test(arguments: [
    "http://example.com/${option.x.value}", "${globals.url}/x", "https://h:1/x?${job.name}",
    "file:/etc/options.json", "http://${globals.host}/",
  ])
  func `an address with references is a URL`(address: String) {
    #expect(messages(JobOption(name: "a", valuesUrl: address)).isEmpty)
  }

  @Test(arguments: ["not-a-url", "ftp://x/y", "http:/x", "http://", "javascript:alert(1)"])
  func `what is no URL is refused at the import`(address: String) throws {
    let found = try problems("- {name: a, options: [{name: x, valuesUrl: '\(address)'}], \(steps)}")
    #expect(found.count == 1)
    #expect(found.first?.message.contains("valid URL") == true)
  }
}
