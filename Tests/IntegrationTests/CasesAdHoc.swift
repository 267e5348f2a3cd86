import HTTPClient
import TestSupport
import Testing

/// The cases ADH.
@Suite struct CasesAdHoc {
  @Test func `ADH-01 to 04 commands and scripts run on the nodes of their filter`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      #expect(try await api.ending(api.command("echo testing")) == "succeeded")
      #expect(try await api.ending(api.command("echo testing", "&filter=.*")) == "succeeded")
      let nowhere = try await api.command("echo never", "&filter=no-such-node")
      #expect(try await api.ending(nowhere) == "failed")
      #expect(try await !api.output(nowhere).contains("never"))

      let missing = try await api.send("POST", "/project/test/run/script")
      #expect(missing.json.errorCode.text == "api.error.parameter.required")
      #expect(missing.json.message.text == "parameter \"scriptFile\" is required")
      let empty = try await api.script("")
      #expect(empty.json.errorCode.text == "api.error.run-script.upload.is-empty")
      #expect(empty.json.message.text == "Input script file was empty")
      #expect(empty.status == 400)

      let script = "#!/bin/bash\necho \"first argument: <$1>\"\n"
      let quoted = "?scriptInterpreter=bash+-c&argString=%24%7Bnode.name%7D&interpreterArgsQuoted="
      #expect(try await text(api, api.script(script)) == "first argument: <>\n")
      #expect(
        try await text(api, api.script(script, quoted + "true")) == "first argument: <sidecar>\n")
      #expect(try await text(api, api.script(script, quoted + "false")) == "first argument: <>\n")
    }
  }

  private func text(_ api: APIClient, _ answer: HTTPResponse) async throws -> String {
    guard let id = answer.json.execution.id.int else {
      throw NeverHappened(description: "run/script: \(answer.status) \(answer.text)")
    }
    #expect(try await api.ending(id) == "succeeded")
    return try await api.output(id)
  }
}
