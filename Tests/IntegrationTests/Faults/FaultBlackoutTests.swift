import Model
import TestSupport
import Testing

/// All members are away for long while steps run: the steps end by themselves, at their limits too, and what they did is
/// recorded afterwards with the times at which it happened.
@Suite(.serialized) struct FaultBlackoutTests {
  private static let seconds = FaultScale.current.blackout

  @Test func `steps end while no member lives, and everything arrives with its own time`()
    async throws
  {
    try await Scenario.run(on: .postgresql) { scenario in
      let ended = try await scenario.start(script: Self.clock(for: Self.seconds / 2))
      let limited = try await Self.limited(in: scenario)
      for execution in [ended, limited] {
        _ = try await scenario.api.output(execution, containing: "1")
      }
      scenario.member.kill()
      try await ContinuousClock().sleep(for: .seconds(Self.seconds))
      scenario.member = try await scenario.installation.startControlPlane()
      try await Self.expect(ended, "succeeded", in: scenario)
      try await Self.expect(limited, "timedout", in: scenario)
      try await scenario.expectNothingLeft()
    }
  }

  /// Prints the time about once a second.
  private static func clock(for seconds: Int) -> String {
    "i=0; while [ $i -lt \(seconds) ]; do date +%s; sleep 1; i=$((i+1)); done"
  }

  /// Runs what would go on for ever, in a job whose limit is over long before a member is back.
  private static func limited(in scenario: Scenario) async throws -> Int {
    let job = try await scenario.api.importJob(
      """
      - name: limited
        timeout: \(max(2, seconds / 2))s
        sequence:
          keepgoing: false
          strategy: node-first
          commands:
          - exec: while :; do date +%s; sleep 1; done
      """, into: "test")
    return try await scenario.api.run(job)
  }

  /// Each line bears the second in which it was printed, no second is missing, and the step ended right after the last.
  private static func expect(
    _ execution: Int, _ status: String, in scenario: Scenario
  ) async throws {
    #expect(try await scenario.api.ended(execution).status.text == status)
    let output = try await scenario.api.json(
      "GET", "/execution/\(execution)/output?maxlines=100000")
    var last: Int64?
    for entry in output.entries.items {
      guard let printed = entry.log.text.flatMap({ Int64($0) }) else { continue }
      let recorded = try #require(entry.absolute_time.text.flatMap(Instant.init(iso8601:)))
      #expect(abs(recorded.microseconds / 1_000_000 - printed) <= 2)
      #expect(last.map { printed - $0 <= 3 } ?? true, "a line is missing before \(printed)")
      last = printed
    }
    let state = try await scenario.api.json("GET", "/execution/\(execution)/state")
    let end = try #require(state.steps.items.first?.endTime.text.flatMap(Instant.init(iso8601:)))
    #expect(abs(end.microseconds / 1_000_000 - (try #require(last))) <= 4)
  }
}
