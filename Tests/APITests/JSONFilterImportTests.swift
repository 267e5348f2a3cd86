import HTTPTypes
import Testing

@testable import API

/// Programs in jq's language that jobs bring with them.
@Suite struct JSONFilterImportTests {
  private static func job(_ filter: String) -> String {
    """
    - name: j
      sequence:
        commands:
        - exec: id
          plugins:
            LogFilter:
            - type: json-mapper
              config: {filter: '\(filter)'}
    """
  }

  @Test(arguments: [".a | map(.b) | length", "${option.filter}"])
  func `a job with a program of jq is imported`(filter: String) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let answer = try await api.send(
        .post, "/project/P/jobs/import", body: Self.job(filter), type: "application/yaml")
      #expect(answer.json["succeeded"]?.elements?.count == 1, "\(answer.text)")
    }
  }

  @Test func `what is no program is refused in jq's words, and nothing is written`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let answer = try await api.send(
        .post, "/project/P/jobs/import", body: Self.job("map(.x"), type: "application/yaml")
      #expect(answer.json["failed"]?.elements?.count == 1, "\(answer.text)")
      #expect(
        answer.text.contains("sequence.commands[0].plugins.LogFilter[0].config.filter")
          && answer.text.contains("syntax error"), "\(answer.text)")
      #expect(try await api.get("/project/P/jobs").json.elements?.isEmpty == true)
    }
  }
}
