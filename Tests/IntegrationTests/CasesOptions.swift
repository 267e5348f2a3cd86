import Glibc
import HTTPClient
import TestSupport
import Testing

/// Options of every kind with a real agent: JOB-11 and JOB-12 as far as a run shows them, JOB-13, RUN-14 and RUN-24.
@Suite struct CasesOptions {
  private static func job(
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

  private func refusal(
    _ api: APIClient, _ job: String, _ options: String
  ) async throws -> String {
    let answer = try await api.send(
      "POST", "/job/\(job)/run", type: "application/json", body: "{\"options\":\(options)}")
    #expect(answer.status == 400)
    return answer.json.message.text ?? answer.text
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
          try await refusal(api, job, options) == "Job options were not valid: \(message)")
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
        #expect(try await refusal(api, job, options).contains(text), "\(options)")
      }
      #expect(try await refusal(api, job, #"{"thief":"root"}"#).contains("redirects to a file"))
    }
  }

  @Test func `secure options go through job references to options of their own kind only`()
    async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let kinds = { (number: Int) in
        """
        - {name: plain\(number)}
        - {name: secure\(number), secure: true, valueExposed: true}
        - {name: auth\(number), secure: true}
        """
      }
      _ = try await api.importJob(
        Self.job(
          "child", kinds(2),
          #"- script: 'printf "%s|%s|" "$1" "$(printf %s "$RD_OPTION_SECURE2" | tr a-z A-Z)"'"#,
          "  args: ${option.plain2}", "- script: 'sed s/=/:/ | tr a-z A-Z'",
          "  passSecureInput: true\n  secureFormat: shell"), into: "test")
      for (arguments, expected) in [
        (
          "-plain2 ${option.plain1} -secure2 ${option.secure1} -auth2 ${option.auth1}",
          ["p|HUSH|", "AUTH2", "KEYLESS"]
        ),
        ("-plain2 ${option.secure1} -secure2 ${option.auth1} -auth2 ${option.plain1}", ["|"]),
      ] {
        let parent = try await api.importJob(
          Self.job("parent", kinds(1), "- jobref: {name: child, args: '\(arguments)'}"),
          into: "test")
        let id = try await api.run(
          parent, options: #"{"plain1":"p","secure1":"hush","auth1":"keyless"}"#)
        #expect(try await api.ending(id) == "succeeded")
        let output = try await api.output(id)
        for text in expected { #expect(output.contains(text), "\(output)") }
        #expect(!output.contains("hush") && !output.contains("keyless"))
        #expect(output.contains("HUSH") == expected.contains("p|HUSH|"), "\(output)")
        #expect(output.contains("KEYLESS") == expected.contains("KEYLESS"), "\(output)")
      }
    }
  }

  @Test func `a default of the key storage is asked for, and what is missing is said`() async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let job = try await api.importJob(
        Self.job(
          "stored", "- {name: p, secure: true, valueExposed: true, storagePath: keys/p}",
          "- exec: test \"${option.p}\" = mine"), into: "test")
      let message = try await refusal(api, job, "{}")
      #expect(message.contains("keys/p") && message.contains("give a value"))
      #expect(try await api.ending(api.run(job, options: #"{"p":"mine"}"#)) == "succeeded")
    }
  }

  @Test func `ten thousand options are imported, exported and run`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let options = (0..<10_000).map {
        "- {name: o\($0), value: 'v \($0)', values: ['v \($0)', w], enforced: true, regex: '[vw].*'}"
      }
      let job = try await api.importJob(
        Self.job("many", options.joined(separator: "\n"), "- exec: echo ${option.o9999}"),
        into: "test")
      let id = try await api.run(job, options: #"{"o1":"w"}"#)
      let ended = try await api.ended(id)
      #expect(ended.job.options.o1.text == "w")
      #expect(ended.status.text == "succeeded")
      let output = try await api.output(id)
      #expect(output == "v 9999\n")
    }
  }
}

extension PythonServer {
  /// Has values for options: `/repos`, `/branches?of=…` below `branches`, `/text`; `/never` does not answer, `/file`
  /// redirects to a file.
  static func optionValues() async throws -> PythonServer {
    try await PythonServer(
      """
      import json, time, urllib.parse
      from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
      class Handler(BaseHTTPRequestHandler):
          def log_message(self, *a): pass
          def send(self, body, type="application/json"):
              self.send_response(200)
              self.send_header("Content-Type", type)
              self.end_headers()
              self.wfile.write(body.encode())
          def do_GET(self):
              url = urllib.parse.urlsplit(self.path)
              of = urllib.parse.parse_qs(url.query).get("of", [""])[0]
              if url.path == "/never": time.sleep(600)
              elif url.path == "/repos": self.send(json.dumps(["a b", "b"]))
              elif url.path == "/text": self.send("one\\ntwo words\\n", "text/plain")
              elif url.path == "/branches":
                  self.send(json.dumps({"branches": [{"name": "Main", "value": "main of " + of}]}))
              elif url.path == "/file":
                  self.send_response(302)
                  self.send_header("Location", "file:///etc/passwd")
                  self.end_headers()
              else: self.send_error(404)
      server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
      print("PORT", server.server_address[1], flush=True)
      server.serve_forever()
      """)
  }
}
