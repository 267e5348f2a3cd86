import HTTPClient
import TestSupport
import Testing

/// Bad input: each is refused with a 4xx that names what is wrong, nothing is written, and the member
/// lives on.
@Suite struct CasesHostile {
  @Test(arguments: Engine.all)
  func `bad requests are refused by name and write nothing`(on engine: Engine) async throws {
    try await Scenario.run(on: engine) { scenario in
      let api = scenario.api
      let job = try await api.importJob(Jobs.options, into: "test")
      for bad in Self.requests(job: job) { try await expectRefusal(bad, api) }
      for bad in Self.documents { try await expectRefusal(bad, api) }
      #expect(try await api.count("/project/test/executions") == 0)
      #expect(try await api.json("GET", "/project/test/jobs").items.map(\.id.text) == [job])
      #expect(try await api.json("GET", "/projects").items.map(\.name.text) == ["test"])
      #expect(try await api.json("GET", "/tokens").items.isEmpty)
    }
  }

  private func expectRefusal(_ bad: Bad, _ api: APIClient) async throws {
    let answer = try await api.send(bad.method, bad.path, type: bad.type, body: bad.body)
    let what = "\(bad.method) \(bad.path.prefix(80)) \(bad.body?.prefix(60) ?? ""): \(answer.text)"
    #expect((400..<500).contains(answer.status), "\(answer.status) \(what.prefix(400))")
    #expect(
      answer.json.error.bool == true && answer.json.errorCode.text != nil, "\(what.prefix(400))")
    let message = answer.json.message.text ?? ""
    #expect(message.contains(bad.names), "\(what.prefix(400))")
    #expect(message.utf8.count < 1_000, "\(what.prefix(400))")
  }

  /// A request and what its refusal must name.
  struct Bad {
    let method: String
    let path: String
    var type: String?
    var body: String?
    let names: String

    init(_ method: String, _ path: String, _ names: String) {
      (self.method, self.path, self.names) = (method, path, names)
    }

    init(_ path: String, json: String, _ names: String) {
      (method, self.path, self.names) = ("POST", path, names)
      (type, body) = ("application/json", json)
    }

    init(import document: String, as type: String, _ names: String) {
      (method, path, self.names) = ("POST", "/project/test/jobs/import", names)
      (self.type, body) = (type, document)
    }
  }

  static let huge = "9223372036854775808"

  private static func requests(job: String) -> [Bad] {
    let run = "/job/\(job)/run"
    return [
      Bad("GET", "/project/none", "none"), Bad("GET", "/job/none", "none"),
      Bad("GET", "/execution/\(huge)", huge), Bad("GET", "/execution/-1", "-1"),
      Bad("GET", "/execution/1e3/output", "1e3"), Bad("GET", "/execution/99/state", "99"),
      Bad("POST", "/execution/99/abort", "99"), Bad("DELETE", "/execution/\(huge)", huge),
      Bad("GET", "/project/test/executions?max=\(huge)", "max"),
      Bad("GET", "/project/test/executions?offset=-1", "offset"),
      Bad("GET", "/project/test/executions?begin=-99999999999999999999", "begin"),
      Bad("GET", "/project/test/executions?recentFilter=\(huge)d", "recentFilter"),
      Bad("GET", "/project/test/executions?adhoc=maybe", "adhoc"),
      Bad("GET", "/project/test/executions?executionTypeFilter=odd", "executionTypeFilter"),
      Bad("GET", "/project/test/executions?jobFilter=%00", "jobFilter"),
      Bad("GET", "/project/te%00st/executions", "U+0000"), Bad("GET", "/job/%00", "U+0000"),
      Bad("GET", "/project/test/jobs?idlist=\(String(repeating: "1,", count: 10_001))", "idlist"),
      Bad("GET", "/project/test/jobs?max=x", "max"),
      Bad("POST", "/project/test/run/command", "exec"),
      Bad("POST", "/project/test/run/command?exec=true%00", "exec"),
      Bad("POST", "/project/test/run/command?exec=true&nodeThreadcount=-1", "nodeThreadcount"),
      Bad("POST", "/project/none/run/command?exec=true", "none"),
      Bad("POST", "/job/none/run", "none"), Bad("POST", run, "opt2"),
      Bad("POST", "\(run)?loglevel=LOUD&option.opt2=a", "LOUD"),
      Bad("POST", "\(run)?runAtTime=1999-01-01T00:00:00Z&option.opt2=a", "runAtTime"),
      Bad(run, json: #"{"options":"#, "JSON"), Bad(run, json: #"{"options":3}"#, "options"),
      Bad(run, json: #"{"options":{"opt2":{}}}"#, "opt2"), Bad(run, json: "[]", "object"),
      Bad(run, json: #"{"options":{"opt2":"a\u0000"}}"#, "U+0000"),
      Bad(run, json: String(repeating: "[", count: 100_000), "JSON"),
      Bad("/projects", json: #"{"name":"a b"}"#, "a b"), Bad("/projects", json: "{}", "name"),
      Bad("/projects", json: #"{"name":"test"}"#, "test"),
      Bad("/projects", json: #"{"name":"\#(String(repeating: "x", count: 300))"}"#, "name"),
      Bad("/projects", json: #"{"name":"q","config":[1]}"#, "config"),
      Bad("/tokens/admin", json: #"{"roles":"*","duration":"999999y"}"#, "duration"),
      Bad(
        "/tokens/admin", json: #"{"roles":"*","duration":"31d"}"#, "rundeck.api.tokens.duration.max"
      ),
      Bad(
        "/tokens/admin", json: #"{"roles":"*","duration":"0"}"#, "rundeck.api.tokens.duration.max"),
      Bad("/tokens/admin", json: #"{"duration":"1d"}"#, "roles"),
      Bad(
        "/tokens/admin",
        json: #"{"roles":"*","duration":"\#(String(repeating: "999999y", count: 300_000))"}"#,
        "duration"),
      Bad("/executions/delete", json: "[]", "ids"),
      Bad("GET", "/nothing/here", "/nothing/here"), Bad("PATCH", "/projects", "PATCH"),
    ]
  }

  private static let documents = [
    Bad(import: "- name: [", as: "application/yaml", "yaml"),
    Bad(import: "<joblist><job>", as: "application/xml", "xml"),
    Bad(
      import: "<!DOCTYPE j [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><joblist>&b;</joblist>",
      as: "application/xml", "entity"),
    Bad(import: "{\"name\":", as: "application/json", "json"),
    Bad(import: "x", as: "text/csv", "csv"),
    Bad(import: "--x", as: "multipart/form-data", "boundary"),
    Bad(import: "--x\r\nfoo", as: "multipart/form-data; boundary=x", "multipart"),
    Bad(import: "--x--", as: "multipart/form-data; boundary=x", "xmlBatch"),
  ]

  @Test func `jobs that cannot be are refused one by one`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let deep = String(repeating: "[", count: 100_000)
      let head = "  sequence: {keepgoing: false, strategy: node-first, commands: "
      for (document, name) in [
        ("- name: stepless\n\(head)[]}", "step"),
        ("- name: \"nul\\0\"\n\(head)[{exec: 'true'}]}", "U+0000"),
        ("- name: nul\n\(head)[{exec: \"true\\0\"}]}", "U+0000"),
        ("- description: nameless\n\(head)[{exec: 'true'}]}", "name"),
        (
          "- name: deep\n  options: [{name: a, regex: '\(deep)'}]\n\(head)[{exec: 'true'}]}",
          "regex"
        ),
        ("- name: regex\n  options: [{name: a, regex: '['}]\n\(head)[{exec: 'true'}]}", "regex"),
      ] {
        let answer = try await scenario.api.json(
          "POST", "/project/test/jobs/import", type: "application/yaml", body: document)
        let error = answer.failed[0].error.text ?? ""
        #expect(error.lowercased().contains(name.lowercased()), "\(document): \(answer)")
        #expect(answer.succeeded.items.isEmpty)
      }
      #expect(try await scenario.api.json("GET", "/project/test/jobs").items.isEmpty)
      let run = try await scenario.api.send(
        "POST", "/project/test/run/command", type: "application/json",
        body: #"{"exec":"true","filter":"\#(deep)"}"#)
      #expect(run.status == 400)
      #expect(run.text.contains("filter"))
    }
  }

  @Test func `wrong, expired and deleted tokens and unknown versions are refused`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      var api = scenario.api
      let made = try await api.json(
        "POST", "/tokens/admin", body: #"{"roles":"*","duration":"1s"}"#)
      let deleted = try await api.json("POST", "/tokens/admin", body: #"{"roles":"*"}"#)
      #expect(deleted.expiration.text != nil)
      try await api.json("DELETE", "/token/\(try #require(deleted.id.text))")
      for token in ["wrongtoken", deleted.token.text, nil] {
        api.token = token
        let answer = try await api.send("GET", "/projects")
        let who = token.map { "(Token:\($0.prefix(5))****)" } ?? "(unauthenticated)"
        #expect(answer.status == 403 && answer.json.errorCode.text == "unauthorized")
        #expect(answer.json.message.text == "\(who) is not authorized for: /api/59/projects")
      }
      api.token = made.token.text
      _ = try await eventually("the token expires") {
        try await api.send("GET", "/projects").status == 403 ? true : nil
      }
      api.token = scenario.api.token
      api.version = 60
      let answer = try await api.send("GET", "/projects")
      #expect(answer.json.errorCode.text == "api.error.api-version.unsupported")
    }
  }

  @Test func `a body that is too large or too slow is refused, and the member serves on`()
    async throws
  {
    let settings = ["quarterdeck.http.bodyLimit": "4096", "quarterdeck.http.bodyTimeout": "500ms"]
    try await Scenario.run(on: .sqlite, settings: settings) { scenario in
      let port = scenario.installation.port
      let head =
        "POST /api/59/projects HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        + "X-Rundeck-Auth-Token: administrators-token\r\n"

      let kept = try RawConnection(port: port)
      kept.send("\(head)Content-Length: 5000\r\n\r\n\(String(repeating: " ", count: 5_000))")
      let large = kept.receive(until: "}")
      #expect(large.hasPrefix("HTTP/1.1 413") && large.contains("4096"))
      kept.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(kept.receive(until: "}").hasPrefix("HTTP/1.1 200"))

      let chunked = try RawConnection(port: port)
      let chunk = "1000\r\n\(String(repeating: " ", count: 4_096))\r\n"
      chunked.send("\(head)Transfer-Encoding: chunked\r\n\r\n\(chunk)\(chunk)0\r\n\r\n")
      #expect(chunked.receive(until: "}").hasPrefix("HTTP/1.1 413"))

      let slow = try RawConnection(port: port)
      slow.send("\(head)Content-Length: 100\r\n\r\n{\"name\":")
      let late = slow.receive()
      #expect(late.hasPrefix("HTTP/1.1 408"), "\(late)")
      let long =
        "GET /api/59/job/\(String(repeating: "x", count: 200_000)) HTTP/1.1\r\nHost: x\r\n\r\n"
      for garbage in ["GET /api/59/projects HTTP/9.9\r\n\r\n", long] {
        let odd = try RawConnection(port: port)
        odd.send(garbage)
        #expect(odd.receive().hasPrefix("HTTP/1.1 4"), "\(garbage.prefix(40))")
      }
      #expect(try await scenario.api.json("GET", "/projects").items.count == 1)
    }
  }

  @Test(arguments: Engine.all)
  func `thousands of random requests leave the member serving`(on engine: Engine) async throws {
    try await Scenario.run(on: engine) { scenario in
      let job = try await scenario.api.importJob(Jobs.options, into: "test")
      let done = try await scenario.api.command("echo one; echo two")
      _ = try await scenario.api.ended(done)
      let api = scenario.api
      try await withThrowingTaskGroup(of: Void.self) { group in
        for seed in engine == .sqlite ? 1...8 : 9...16 {
          group.addTask {
            var requests = RandomRequests(seed: UInt64(seed), job: job, execution: done)
            for _ in 1...400 {
              let request = requests.next()
              let answer = try await api.send(
                request.method, request.path, type: request.type, accept: request.accept,
                body: request.body)
              #expect(
                answer.status < 500, "\(request): \(answer.status) \(answer.text.prefix(200))")
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await api.ended(done).status.text == "succeeded")
      #expect(await scenario.member.stop() == .exited(0))
    }
  }
}
