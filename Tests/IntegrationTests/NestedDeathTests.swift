import Glibc
import TestSupport
import Testing

/// A member killed in the middle of a workflow that has everything at once: another one ends it as it would have
/// ended, and no step runs twice.
@Suite(.serialized) struct NestedDeathTests {
  /// Notes that it runs, says so by the file `NAME.begun`, and waits for the file `go`.
  private func step(_ name: String, _ folder: String) -> String {
    "echo \(name) >> \(folder)/ran; touch \(folder)/\(name).begun; "
      + "while [ ! -e \(folder)/go ]; do sleep 0.02; done; echo \(name)"
  }

  private func wait(_ names: [String], _ folder: String) async throws {
    for name in names {
      _ = try await eventually("the step \(name) begins") {
        access("\(folder)/\(name).begun", F_OK) == 0 ? true : nil
      }
    }
  }

  private func importJobs(_ api: APIClient, _ folder: String) async throws -> String {
    _ = try await api.importJob(
      """
      - name: child
        options: [{name: given}]
        sequence:
          keepgoing: false
          strategy: node-first
          commands:
          - exec: \(step("child-${option.given}", folder))
          - exec: echo after-${option.given} >> \(folder)/ran; echo after-${option.given}
      """, into: "test")
    return try await api.importJob(
      """
      - name: parent
        sequence:
          keepgoing: false
          strategy: parallel
          commands:
          - exec: \(step("plain", folder))
          - jobref: {name: child, args: -given once}
          - jobref: {name: child, args: '-given ${node.name}', nodeStep: 'true'}
          - exec: echo failing >> \(folder)/ran; exit 3
            errorhandler:
              exec: \(step("handler", folder)) ${result.resultCode}
              keepgoingOnSuccess: true
      """, into: "test")
  }

  @Test func `a nested, handled and parallel workflow of a killed member ends as it would have`()
    async throws
  {
    try await ClusterScenario.run { scenario in
      let folder = try scenario.cluster.makeFolder("marks")
      let parent = try await importJobs(scenario.api(0), folder)
      let id = try await scenario.api(0).run(parent)
      let node = try await scenario.api(0).json("GET", "/execution/\(id)/state").serverNode.text
      let name = try #require(node)
      try await wait(["plain", "child-once", "child-\(name)", "handler"], folder)
      scenario.members[0].kill()
      try writeFile("\(folder)/go", "")
      #expect(try await scenario.api(1).ended(id).status.text == "succeeded")
      let ran = String(decoding: try readFile("\(folder)/ran"), as: UTF8.self)
        .split(separator: "\n").map(String.init).sorted()
      #expect(
        ran
          == [
            "plain", "child-once", "after-once", "child-\(name)", "after-\(name)", "failing",
            "handler",
          ].sorted())
      let lines = try await scenario.api(2).output(id).split(separator: "\n").map(String.init)
      #expect(
        lines.sorted()
          == [
            "plain", "child-once", "after-once", "child-\(name)", "after-\(name)",
            "Result: 3", "Failed: NonZeroResultCode: Result code was 3", "handler 3",
          ].sorted())
      let state = try await scenario.api(1).json("GET", "/execution/\(id)/state")
      #expect(state.steps.items.allSatisfy { $0.executionState.text == "SUCCEEDED" })
    }
  }
}
