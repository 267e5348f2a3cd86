import Model
import Testing

@testable import Execution

/// The values of a run of a job with these options, as far as nobody outside has to be asked.
func resolveOptions(
  _ options: [JobOption], _ line: String?, _ values: [String: String],
  facts: OptionFacts = OptionFacts()
) throws(OptionsError) -> ResolvedOptions {
  let job = Job(name: "j", workflow: Workflow(steps: []), options: options)
  let question = OptionsQuestion(
    job: job, project: "p", user: "u", argString: line, values: values)
  return try OptionResolver(options: options, facts: facts).resolve(question.given())
}

@Suite struct OptionResolverTests {
  private func resolve(
    _ options: JobOption..., line: String? = nil, values: [String: String] = [:]
  ) throws -> ResolvedOptions {
    try resolveOptions(options, line, values)
  }

  private func messages(
    _ options: JobOption..., line: String? = nil, values: [String: String] = [:]
  ) -> [String] {
    do {
      _ = try resolveOptions(options, line, values)
      return []
    } catch {
      return error.messages
    }
  }

  @Test func `values by name win over the line, and the line is written anew in the job's order`()
    throws
  {
    let resolved = try resolve(
      JobOption(name: "opt1", defaultValue: "x"), JobOption(name: "opt2"), JobOption(name: "opt3"),
      line: "-opt2 abc -other 1", values: ["opt2": "def", "opt1": "xyz"])
    #expect(resolved.argString == "-opt1 xyz -opt2 def -other 1")
    #expect(resolved.plain == ["opt1": "xyz", "opt2": "def", "other": "1"])
  }

  @Test func `a default stands in for a missing value, not for a blank one`() throws {
    let option = JobOption(name: "a", defaultValue: "d")
    #expect(try resolve(option).argString == "-a d")
    #expect(try resolve(option, values: ["a": ""]).plain == ["a": ""])
    let required = JobOption(name: "a", defaultValue: "d", required: true)
    #expect(try resolve(required, values: ["a": ""]).plain == ["a": "d"])
    #expect(try resolve(JobOption(name: "a")).argString == nil)
  }

  @Test func `a required option without a value is named as Rundeck names it`() {
    let option = JobOption(name: "opt2", required: true)
    #expect(messages(option) == ["Option 'opt2' is required."])
    #expect(messages(option, line: "-opt2 ''") == ["Option 'opt2' is required."])
    #expect(
      OptionsError(messages: messages(option)).description
        == "Job options were not valid: Option 'opt2' is required.")
  }

  @Test func `an expression that backtracks for ever is given up, and named`() {
    let bad = JobOption(name: "a", regex: "(a+)+$")
    let value = String(repeating: "a", count: 200) + "!"
    #expect(
      messages(bad, values: ["a": value]) == [
        "Option 'a': The regular expression (a+)+$ takes too long on this value, value: \(value)"
      ])
    let secret = JobOption(name: "a", regex: "(a+)+$", secure: true)
    #expect(messages(secret, values: ["a": value]).first?.hasSuffix("value: (secret)") == true)
  }

  @Test func `messages are told apart`() {
    #expect(OptionsError(messages: ["One.", "Two."]).description.hasSuffix("valid: One.; Two."))
  }

  @Test func `only enforced values are a limit`() {
    var option = JobOption(name: "a", values: ["x", "y"])
    #expect(messages(option, values: ["a": "z"]).isEmpty)
    option.enforced = true
    #expect(messages(option, values: ["a": "x"]).isEmpty)
    #expect(
      messages(option, values: ["a": "z"]) == [
        "Option 'a' value: z was not in the allowed values: [x, y]"
      ])
    option.multivalued = true
    option.delimiter = ","
    #expect(messages(option, values: ["a": "x,y"]).isEmpty)
    #expect(messages(option, values: ["a": "x,z"]).count == 1)
  }

  @Test func `a value must match the whole regular expression`() {
    let option = JobOption(name: "a", regex: "[a-f]+")
    #expect(messages(option, values: ["a": "abc"]).isEmpty)
    #expect(
      messages(option, values: ["a": "abz"]) == [
        "Option 'a' doesn't match regular expression [a-f]+, value: abz"
      ])
  }

  @Test func `secrets are kept apart and never shown`() throws {
    let option = JobOption(name: "p", enforced: false, regex: "[a-z]+", secure: true)
    let resolved = try resolve(option, values: ["p": "secret"])
    #expect(resolved.secure == ["p": "secret"])
    #expect(resolved.plain.isEmpty && resolved.argString == nil)
    #expect(!messages(option, values: ["p": "SECRET"]).joined().contains("SECRET"))
    var facts = OptionFacts()
    facts.secrets["p"] = .failed(.absent)
    let stored = JobOption(name: "p", secure: true, storagePath: "keys/p")
    #expect(throws: OptionsError.self) { try resolveOptions([stored], nil, [:], facts: facts) }
    facts.secrets["p"] = .value("from there")
    #expect(try resolveOptions([stored], nil, [:], facts: facts).secure == ["p": "from there"])
  }

  @Test func `all values are the default where the option says so`() throws {
    let option = JobOption(
      name: "test", values: ["var1", "var2", "var3", "var4"], multivalued: true, delimiter: ",",
      multivalueAllSelected: true)
    #expect(try resolve(option).plain == ["test": "var1,var2,var3,var4"])
    #expect(try resolve(option, values: ["test": "var2"]).plain == ["test": "var2"])
  }

  @Test func `every wrong option has its message, and a NUL is none of a value`() {
    let all = messages(JobOption(name: "a", required: true), JobOption(name: "b", required: true))
    #expect(all == ["Option 'a' is required.", "Option 'b' is required."])
    #expect(messages(JobOption(name: "a"), values: ["a": "x\u{0}"]).count == 1)
    #expect(messages(JobOption(name: "a"), line: "-a").count == 1)
  }
}
