import Glibc
import HTTPClient
import TestSupport
import Testing

/// Options whose values a plugin lists (`optionValuesPluginType`), with a real member and a real agent.
@Suite struct CasesPluginValues {
  private static func job(_ name: String, _ options: String, more: String = "") -> String {
    """
    - name: \(name)
      options:
    \(options.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
    \(more)
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: echo got ${option.one} ${option.all}
    """
  }

  private static let listed = "- {name: one, enforced: true, optionValuesPluginType: list}\n"

  @Test(arguments: Engine.all)
  func `values that a plugin lists are enforced in runs, and are told`(on engine: Engine)
    async throws
  {
    try await ExamplePlugin.with(on: engine) { scenario, _ in
      let api = scenario.api
      let all =
        "- {name: all, multivalued: true, delimiter: ';', multivalueAllSelected: true, "
        + "optionValuesPluginType: list}"
      let job = try await api.importJob(Self.job("values", Self.listed + all), into: "test")
      let id = try await api.run(job, options: #"{"one":"2:3"}"#)
      #expect(try await api.ending(id) == "succeeded")
      #expect(try await api.output(id) == "got 2:3 1;2:3\n")
      let refusal = try await api.refusal(of: job, #"{"one":"z"}"#)
      #expect(refusal.hasSuffix("Option 'one' value: z was not in the allowed values: [1, 2:3]"))
      let told = try await api.json("GET", "/job/\(job)/option/one/values")
      #expect(told.plugin.text == "list" && told.remote.bool == true)
      #expect(told.values.items.map(\.name.text) == ["a", "b"])
      #expect(told.values.items.map(\.value.text) == ["1", "2:3"])
      // Neither a refused run nor what the plugin did is an execution of the project's.
      #expect(try await api.count("/project/test/executions") == 1)
      let exported = try await api.json("GET", "/job/\(job)?format=json")
      #expect("\(exported)".contains("optionValuesPluginType"))
    }
  }

  @Test func `runs for later, references and schedules are held to what a plugin lists`()
    async throws
  {
    try await ExamplePlugin.with { scenario, _ in
      let api = scenario.api
      let job = try await api.importJob(Self.job("values", Self.listed), into: "test")
      for (value, status) in [("z", 400), ("1", 200)] {
        let answer = try await api.send(
          "POST", "/job/\(job)/run", type: "application/json",
          body: #"{"options":{"one":"\#(value)"},"runAtTime":"2099-01-01T00:00:00Z"}"#)
        #expect(Int(answer.status) == status, "\(answer.text)")
      }
      for (value, end) in [("z", "failed"), ("1", "succeeded")] {
        let id = try await api.runPlugged("- jobref: {name: values, args: '-one \(value)'}")
        #expect(try await api.ending(id) == end)
        let output = try await api.output(id)
        #expect(output.contains("was not in the allowed values: [1, 2:3]") == (value == "z"))
      }
      for (value, outcome) in [("z", "skipped"), ("1", "ran")] {
        let option =
          "- {name: one, value: '\(value)', enforced: true, optionValuesPluginType: list}"
        let job = try await api.importJob(
          Self.job(
            "due \(value)", option, more: "  schedule: {crontab: '* * * * * ? *'}"), into: "test")
        let detail = value == "z" ? "value: z was not in the allowed values: [1, 2:3]" : ""
        _ = try await eventually("the schedule's instants are \(outcome)") {
          try await api.json("GET", "/quarterdeck/ledger/fires?job=\(job)").fires.items.first {
            $0.outcome.text == outcome && ($0.detail.text ?? "").hasSuffix(detail)
          }
        }
      }
    }
  }

  @Test func `a plugin that fails or prints no list refuses the run and says why`() async throws {
    try await ExamplePlugin.with { scenario, folder in
      let api = scenario.api
      let names = ["broken", "noise", "cut", "nobody"]
      let job = try await api.importJob(
        Self.job(
          "values",
          names.map { "- {name: \($0), enforced: true, optionValuesPluginType: \($0)}" }
            .joined(separator: "\n")), into: "test")
      for (name, text) in [
        ("broken", "'broken' failed: NonZeroResultCode: Result code was 4"),
        ("noise", "there is no line ==START_OPTIONS=="), ("cut", "its list has no end"),
        ("nobody", "is not installed on the member"),
      ] {
        let refusal = try await api.refusal(of: job, #"{"\#(name)":"x"}"#)
        #expect(
          refusal.contains("Option '\(name)': its allowed values could not be fetched: the option"))
        #expect(refusal.contains(text), "\(refusal)")
        let told = try await api.send("GET", "/job/\(job)/option/\(name)/values")
        #expect(told.status == 502 && told.text.contains(text))
      }
      // Who gives no value is asked for none.
      #expect(try await api.ending(try await api.run(job)) == "succeeded")
    }
  }

  @Test func `a plugin that hangs is ended, and holds up nobody meanwhile`() async throws {
    let settings = ["quarterdeck.plugins.optionValuesTimeout": "2"]
    try await ExamplePlugin.with(settings) { scenario, _ in
      let api = scenario.api
      let job = try await api.importJob(
        Self.job("values", "- {name: slow, enforced: true, optionValuesPluginType: slow}"),
        into: "test")
      async let refusal = api.refusal(of: job, #"{"slow":"x"}"#)
      #expect(try await api.ending(try await api.run(job)) == "succeeded")
      #expect(try await refusal.contains("'slow' failed: the plugin did not end in time"))
    }
  }
}
