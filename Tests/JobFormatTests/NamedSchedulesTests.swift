import Model
import Testing

@testable import JobFormat

@Suite struct NamedSchedulesTests {
  @Test(arguments: [("[]", false), ("null", false), ("[nightly]", true)])
  func `a job is scheduled by the schedules that it names`(
    written: String, isScheduled: Bool
  ) throws {
    let document = """
      - name: named
        schedules: \(written)
        scheduleEnabled: true
        sequence:
          keepgoing: false
          strategy: node-first
          commands:
          - exec: 'true'
      """
    let job = try #require(try decode(document).first)
    #expect(job.isScheduled == isScheduled)
  }
}
