import HTTPTypes
import Logs
import Model
import Testing

@testable import API

/// Log filters of all jobs of a project, and of all projects.
@Suite struct GlobalLogFilterTests {
  private static func texts(_ api: APIFixture) async throws -> [String] {
    let answer = try await api.get("/execution/1/output")
    return answer.json["entries"]?.elements?.compactMap { $0["log"]?.scalar } ?? []
  }

  private static func set(_ settings: String, _ api: APIFixture) async throws {
    let answer = try await api.send(
      .put, "/project/P/config", body: settings, type: "text/plain")
    #expect(answer.status == 200, "\(answer.text)")
  }

  @Test func `a project's filters show the output of all its jobs, and the log stays as it is`()
    async throws
  {
    try await APIFixture.with { api in
      try await api.makeProject()
      _ = try await api.post("/project/P/run/command?exec=a")
      try await api.print(["an input here"], to: 1)
      #expect(try await Self.texts(api) == ["an input here"])
      try await Self.set(
        """
        project.globalfilter.1.type=highlight-output
        project.globalfilter.1.config.regex=input
        project.globalfilter.1.config.bgcolor=yellow
        """, api)
      #expect(try await Self.texts(api) == ["an \u{1B}[43minput\u{1B}[0m here"])
      let text = try await api.get("/execution/1/output.text").text
      #expect(text == "an \u{1B}[43minput\u{1B}[0m here\n")
      try await Self.set("a=b", api)
      #expect(try await Self.texts(api) == ["an input here"])
    }
  }

  @Test func `the filters of all projects come before the project's own, by their numbers`()
    async throws
  {
    let framework = GlobalLogFilters(
      [
        "framework.globalfilter.10.type": "highlight-output",
        "framework.globalfilter.10.config.regex": "b",
        "framework.globalfilter.10.config.fgcolor": "red",
        "framework.globalfilter.2.type": "highlight-output",
        "framework.globalfilter.2.config.regex": "a",
        "framework.globalfilter.2.config.fgcolor": "blue",
        "framework.globalfilter.3.type": "key-value-data",
        "framework.globalfilter.3.config.hideOutput": "true",
      ], prefix: GlobalLogFilters.frameworkPrefix)
    try await APIFixture.with(logFilters: framework) { api in
      try await api.makeProject()
      _ = try await api.post("/project/P/run/command?exec=a")
      try await api.print(["a b c"], to: 1)
      try await Self.set(
        """
        project.globalfilter.1.type=highlight-output
        project.globalfilter.1.config.regex=c
        project.globalfilter.1.config.mode=bold
        """, api)
      #expect(
        try await Self.texts(api) == [
          "\u{1B}[34ma\u{1B}[0m \u{1B}[31mb\u{1B}[0m \u{1B}[1mc\u{1B}[0m"
        ])
    }
  }
}
