import HTTPTypes
import Hummingbird
import Model
import TestSupport
import Testing

@testable import API

@Suite struct TrafficTests {
  @Test(arguments: [
    "/projects", "/project/P/jobs", "/project/P/jobs/export", "/project/P/executions",
    "/project/*/executions/running", "/job/J/executions", "/tokens",
  ])
  func `a list takes as many statements for twenty rows as for two`(path: String) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      try await api.makeJob(uuid: "J")
      try await fill(api, 1...2)
      let few = try await statements(api, path)
      try await fill(api, 3...20)
      #expect(try await statements(api, path) == few)
      #expect(few <= 7)
    }
  }

  private func fill(_ api: APIFixture, _ numbers: ClosedRange<Int>) async throws {
    for number in numbers {
      try await api.makeProject("P\(number)")
      try await api.makeJob("job \(number)")
      _ = try await api.post("/tokens/user\(number)", #"{"roles":"r"}"#)
      _ = try await api.post("/job/J/run")
    }
  }

  private func statements(_ api: APIFixture, _ path: String) async throws -> Int {
    let before = api.traffic.statements.count
    let answer = try await api.get(path)
    #expect(answer.status == 200)
    return api.traffic.statements.count - before
  }
}
