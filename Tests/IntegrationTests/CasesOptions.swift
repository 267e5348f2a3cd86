import Glibc
import HTTPClient
import TestSupport
import Testing

/// Options of every kind with a real agent: JOB-11 and JOB-12 as far as a run shows them, JOB-13, RUN-14 and RUN-24.
@Suite struct CasesOptions {
  static func job(
    _ name: String, _ options: String, _ steps: String...
  ) -> String {
    """
    - name: \(name)
      options:
    \(options.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
    \(steps.joined(separator: "\n").split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
    """
  }

  @Test func `RUN-24 and RUN-14 values of every plain kind reach the steps or are refused by name`()
    async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let job = try await api.importJob(
        Self.job(
          "kinds",
          """
          - {name: text, required: true, regex: '[a-z ]+'}
          - {name: lines, type: multiline}
          - {name: day, isDate: true, dateFormat: YYYY-MM-DD}
          - {name: many, multivalued: true, delimiter: ';', multivalueAllSelected: true, values: [b, a]}
          - {name: one, enforced: true, values: [x, y], value: y, sortValues: true}
          - {name: kept, hidden: true, value: 'from the definition', label: Kept}
          """,
          #"- script: 'printf "%s|" "$RD_OPTION_TEXT" "$RD_OPTION_LINES" "@option.day@" "$1" "$2" "$3"'"#,
          "  args: '${option.many} ${option.one} ${option.kept}'"), into: "test")
      let id = try await api.run(
        job, options: #"{"text":"two words","lines":"a\n b","day":"2024-02-29"}"#)
      #expect(try await api.ending(id) == "succeeded")
      #expect(
        try await api.output(id) == "two words|a\n b|2024-02-29|b;a|y|from the definition|\n")
      let several = try await api.json(
        "POST",
        "/job/\(job)/run?option.text=t&option.many=p&option.many=q&option.one=x")
      let other = try #require(several.id.int)
      #expect(try await api.ended(other).job.options.many.text == "p;q")
      for (options, message) in [
        ("{}", "Option 'text' is required."),
        (
          #"{"text":"A"}"#,
          "Option 'text' doesn't match regular expression [a-z ]+, value: A"
        ),
        (
          #"{"text":"a","one":"z"}"#,
          "Option 'one' value: z was not in the allowed values: [x, y]"
        ),
        (
          #"{"text":"a","day":"2023-02-29"}"#,
          "Option 'day' value: 2023-02-29 is not a date of the format YYYY-MM-DD"
        ),
      ] {
        #expect(
          try await api.refusal(of: job, options) == "Job options were not valid: \(message)")
      }
      #expect(try await api.count("/job/\(job)/executions") == 2)
    }
  }

  @Test func `options that no job can have are refused at import, by field`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      for (option, text) in [
        ("{name: o, isDate: true, dateFormat: '[never'}", "dateFormat"),
        ("{name: o, isDate: true, dateFormat: '--'}", "dateFormat"),
        ("{name: o, regex: 'asdf['}", "Invalid Regular Expression"),
        ("{name: o, enforced: true}", "values are enforced"),
        ("{name: o, hidden: true}", "Hidden options"),
        ("{name: o, colour: red}", "colour"),
        ("{name: o, valuesUrl: 'http://h/', configRemoteUrl: {jsonFilter: 'bad[.'}}", "jsonFilter"),
      ] {
        let answer = try await scenario.api.json(
          "POST", "/project/test/jobs/import?fileformat=yaml", type: "application/yaml",
          body: Self.job("bad", "- \(option)", "- exec: 'true'"))
        #expect(answer.succeeded.items.isEmpty, "\(option)")
        #expect("\(answer.failed)".contains(text), "\(option): \(answer)")
      }
      #expect(try await scenario.api.json("GET", "/project/test/jobs").items.isEmpty)
    }
  }

  @Test(arguments: Engine.all)
  func `JOB-13 values come from a server, depend on each other, and hold for runs and schedules`(
    on engine: Engine
  ) async throws {
    let server = try await PythonServer.optionValues()
    try await Scenario.run(on: engine) { scenario in
      let api = scenario.api
      try await api.json(
        "PUT", "/project/test/config/project.globals.base", type: "application/json",
        body: "{\"key\":\"project.globals.base\",\"value\":\"http://127.0.0.1:\(server.port)\"}")
      let job = try await api.importJob(
        Self.job(
          "remote",
          """
          - {name: repo, enforced: true, valuesUrl: '${globals.base}/repos'}
          - name: branch
            enforced: true
            valuesUrl: '${globals.base}/branches?of=${option.repo.value}#timeout=60'
            configRemoteUrl: {jsonFilter: '$.branches'}
          - {name: words, enforced: true, valuesUrl: '${globals.base}/text'}
          - {name: unknown, valuesUrl: '${globals.none}/x'}
          - {name: never, enforced: true, valuesUrl: '${globals.base}/never#timeout=1;retry=0'}
          - {name: thief, enforced: true, valuesUrl: '${globals.base}/file'}
          """, "- exec: echo ${option.repo} ${option.branch} ${option.words}"), into: "test")
      #expect(try await api.json("GET", "/job/\(job)?format=json").items.count == 1)
      #expect(try await api.json("GET", "/project/test/jobs").items.count == 1)
      let id = try await api.run(
        job, options: #"{"repo":"a b","branch":"main of a b","words":"two words"}"#)
      #expect(try await api.ending(id) == "succeeded")
      #expect(try await api.output(id) == "a b main of a b two words\n")
      let told = try await api.json("GET", "/job/\(job)/option/branch/values?option.repo=x")
      #expect(told.values.items.map(\.value.text) == ["main of x"])
      for (options, text) in [
        (#"{"repo":"c"}"#, "value: c was not in the allowed values: [a b, b]"),
        (#"{"repo":"b","branch":"main of a b"}"#, "was not in the allowed values: [main of b]"),
        (#"{"never":"x"}"#, "did not answer in time"),
        (#"{"thief":"root"}"#, "no"),
      ] {
        #expect(try await api.refusal(of: job, options).contains(text), "\(options)")
      }
      #expect(try await api.refusal(of: job, #"{"thief":"root"}"#).contains("redirects to a file"))
    }
  }
}

extension APIClient {
  /// Why a run with these options is refused.
  func refusal(of job: String, _ options: String) async throws -> String {
    let answer = try await send(
      "POST", "/job/\(job)/run", type: "application/json", body: "{\"options\":\(options)}")
    #expect(answer.status == 400)
    return answer.json.message.text ?? answer.text
  }
}
