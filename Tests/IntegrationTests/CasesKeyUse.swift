import Glibc
import HTTPClient
import TestSupport
import Testing

/// Jobs whose secrets are in the key storage, with a real member and a real agent.
@Suite struct CasesKeyUse {
  private static let secret = "Xk9very7secretQ"

  private static let plugin = """
    name: Example
    version: 1.0.0
    rundeckPluginVersion: 1.2
    author: tests
    providers:
      - name: keyed
        service: RemoteScriptNodeStep
        plugin-type: script
        script-interpreter: sh
        script-file: keyed.sh
        config:
          - name: pem
            type: String
            renderingOptions: {selectionAccessor: STORAGE_PATH, valueConversion: STORAGE_PATH_AUTOMATIC_READ}
    """

  /// A scenario whose member has the plugin.
  private func run(
    on engine: Engine = .sqlite, _ body: (inout Scenario) async throws -> Void
  ) async throws {
    let folder = try makeTemporaryFolder("libext")
    defer { removeFolder(folder) }
    let script =
      "echo pem \"$(printf %s \"$RD_CONFIG_PEM\" | tr a-z A-Z)\"; echo \"$RD_CONFIG_PEM\"\n"
    let bytes = ZipWriter(plugin: "keyed-plugin", yaml: Self.plugin, files: ["keyed.sh": script])
      .bytes
    let file = try #require(fopen("\(folder)/keyed-plugin.zip", "w"))
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    try await Scenario.run(
      on: engine, settings: ["rundeck.server.plugins.dir": folder], body)
  }

  @Test(arguments: Engine.all)
  func `options, values from servers, requests and plugins have their secrets from the key storage`(
    on engine: Engine
  ) async throws {
    let server = try await PythonServer.guarded(by: "me:\(Self.secret)")
    try await run(on: engine) { scenario in
      let api = scenario.api
      try await api.store(Self.secret, at: "keys/project/test/db")
      try await api.json(
        "POST", "/storage/keys/pem", type: "application/octet-stream", body: "begin\nkeyline\nend\n"
      )
      let url = "http://127.0.0.1:\(server.port)/"
      let job = try await api.importJob(
        CasesOptions.job(
          "stored",
          """
          - {name: pw, secure: true, valueExposed: true, storagePath: keys/project/test/db}
          - {name: auth, secure: true, storagePath: keys/project/test/db}
          - name: choice
            enforced: true
            valuesUrl: '\(url)'
            configRemoteUrl: {authenticationType: BASIC, username: me, passwordStoragePath: keys/project/test/db}
          """,
          #"- script: 'echo "clear $RD_OPTION_PW"; echo "upper $(printf %s "$RD_OPTION_PW" | tr a-z A-Z)"'"#,
          "- type: edu.ohio.ais.rundeck.HttpWorkflowStepPlugin", "  nodeStep: false",
          "  configuration: {remoteUrl: '\(url)', method: GET, authentication: Basic, username: me, "
            + "password: keys/project/test/db, printResponse: 'true'}",
          "- type: keyed", "  nodeStep: true", "  configuration: {pem: keys/pem}"),
        into: "test")
      _ = try await eventually("the plugin is loaded") {
        try await api.json("GET", "/plugin/list").items.contains { $0.name.text == "keyed" }
          ? true : nil
      }
      let id = try await api.run(job, options: #"{"choice":"allowed"}"#)
      #expect(try await api.ending(id) == "succeeded")
      let lines = try await api.output(id).split(separator: "\n")
      #expect(lines.contains("clear *****") && lines.contains("upper \(Self.secret.uppercased())"))
      #expect(lines.contains(#"["allowed"]"#))
      #expect(lines.contains("pem BEGIN") && lines.contains("KEYLINE"))
      #expect(!lines.contains { $0.contains(Self.secret) || $0.contains("keyline") })
      #expect(
        try await api.refusal(of: job, #"{"choice":"other"}"#).contains("not in the allowed values")
      )
      try expectHidden(scenario)
    }
  }

  /// The secret is in no log of a daemon, and where files are the whole database, in no file.
  private func expectHidden(_ scenario: Scenario) throws {
    for daemon in [scenario.member, scenario.agent] {
      #expect(!daemon.process.output.contains(Self.secret))
    }
    let pipe = try #require(
      popen("grep -rlaF '\(Self.secret)' '\(scenario.installation.folder)'", "re"))
    var found: [UInt8] = []
    while case let byte = fgetc(pipe), byte != EOF { found.append(UInt8(byte)) }
    pclose(pipe)
    #expect(found.isEmpty, "\(String(decoding: found, as: UTF8.self))")
  }

  @Test
  func `a run whose key cannot be had is refused by option and path, and is as soon as it can`()
    async throws
  {
    try await run { scenario in
      let api = scenario.api
      try await api.createProject("other")
      try await api.store(Self.secret, at: "keys/project/other/db")
      let types = ["application/octet-stream", "application/pgp-keys"]
      for type in types {
        try await api.json(
          "POST", "/storage/keys/\(type.suffix(4))", type: type, body: Self.secret)
      }
      for (path, reason) in [
        ("keys/none", "nothing is stored"), ("keys/project/other/db", "may not read"),
        ("keys/project/test/../other/db", "has the part .."), ("keys/ream", "a private key"),
        ("keys/keys", "a public key"),
      ] {
        let job = try await api.importJob(
          CasesOptions.job(
            "stored", "- {name: pw, secure: true, storagePath: \(path)}", "- exec: 'true'"),
          into: "test")
        let message = try await api.refusal(of: job, "{}")
        #expect(message.contains("'pw'") && message.contains(path) && message.contains(reason))
        #expect(!message.contains(Self.secret))
        #expect(try await api.count("/job/\(job)/executions") == 0)
        #expect(try await api.ending(api.run(job, options: #"{"pw":"mine"}"#)) == "succeeded")
        try await api.json("DELETE", "/job/\(job)")
      }
      let job = try await api.importJob(
        CasesOptions.job(
          "late", "- {name: pw, secure: true, valueExposed: true, storagePath: keys/late}",
          #"- exec: test "${option.pw}" = mine"#), into: "test")
      _ = try await api.refusal(of: job, "{}")
      try await api.store("mine", at: "keys/late")
      #expect(try await api.ending(api.run(job)) == "succeeded")
      try await api.store("other", at: "keys/late")
      #expect(try await api.ending(api.run(job)) == "failed")
    }
  }

  @Test func `a step whose key cannot be had fails by setting and path`() async throws {
    try await run { scenario in
      let api = scenario.api
      let job = try await api.importJob(
        CasesOptions.job(
          "steps", "- {name: unused}", "- type: edu.ohio.ais.rundeck.HttpWorkflowStepPlugin",
          "  nodeStep: false",
          "  configuration: {remoteUrl: 'http://127.0.0.1:1/', method: GET, authentication: Basic, "
            + "username: me, password: keys/none}"), into: "test")
      let id = try await api.run(job)
      #expect(try await api.ending(id) == "failed")
      let output = try await api.output(id)
      #expect(output.contains("password") && output.contains("keys/none"), "\(output)")
    }
  }

  @Test func `referenced jobs and schedules have their own secrets from the key storage`()
    async throws
  {
    try await run { scenario in
      let api = scenario.api
      try await api.store("child's", at: "keys/project/test/child")
      let option = { (path: String) in
        "- {name: pw, secure: true, valueExposed: true, storagePath: \(path)}"
      }
      let shown = #"- script: 'echo "is $(printf %s "$RD_OPTION_PW" | tr a-z A-Z)"'"#
      _ = try await api.importJob(
        CasesOptions.job("child", option("keys/project/test/child"), shown), into: "test")
      let parent = try await api.importJob(
        CasesOptions.job("parent", "- {name: x}", "- jobref: {name: child}"), into: "test")
      let id = try await api.run(parent)
      #expect(try await api.ending(id) == "succeeded")
      #expect(try await api.output(id).contains("is CHILD'S"))
      let scheduled = try await api.importJob(
        CasesOptions.job("tick", option("keys/project/test/child"), shown)
          + "\n  multipleExecutions: true\n  timeZone: UTC\n  schedule: {crontab: '* * * ? * * *'}",
        into: "test")
      let run = try await eventually("the schedule runs") {
        try await api.json("GET", "/job/\(scheduled)/executions?max=1").executions[0].id.int
      }
      #expect(try await api.ending(run) == "succeeded")
      #expect(try await api.output(run).contains("is CHILD'S"))
      #expect(try await api.send("DELETE", "/storage/keys/project/test/child").status == 204)
      _ = try await eventually("an instant is passed over and says why") {
        try await api.send("GET", "/quarterdeck/ledger/fires?job=\(scheduled)").text
          .contains("keys/project/test/child") ? true : nil
      }
    }
  }
}

extension PythonServer {
  /// Has the list `["allowed"]` for whoever shows this user and password.
  static func guarded(by credentials: String) async throws -> PythonServer {
    try await PythonServer(
      """
      import base64, sys
      from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
      wanted = "Basic " + base64.b64encode(sys.argv[1].encode()).decode()
      class Handler(BaseHTTPRequestHandler):
          def log_message(self, *a): pass
          def do_GET(self):
              good = self.headers.get("Authorization") == wanted
              self.send_response(200 if good else 401)
              self.send_header("Content-Type", "application/json")
              self.end_headers()
              self.wfile.write(b'["allowed"]' if good else b'[]')
      server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
      print("PORT", server.server_address[1], flush=True)
      server.serve_forever()
      """, [credentials])
  }
}
