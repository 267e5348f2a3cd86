import Model
import Testing

@Suite struct JobOverlapTests {
  @Test(arguments: [
    (nil, nil, JobOverlap.fail), ("fail", nil, .fail), ("Queue", nil, .queue(limit: 100)),
    ("queue", "7", .queue(limit: 7)), ("skip", nil, .skip), ("replace", "", .replace),
  ])
  func `the policy is what the keys say`(
    policy: String?, limit: String?, overlap: JobOverlap
  ) throws {
    var kept: [String: JobValue] = [:]
    kept[JobOverlap.key] = policy.map { .text($0) }
    kept[JobOverlap.limitKey] = limit.map { .text($0) }
    #expect(try JobOverlap(kept) == overlap)
  }

  @Test(arguments: [
    ("wait", nil, "quarterdeck.overlap"), ("queue", "0", "quarterdeck.overlap-limit"),
    ("queue", "many", "quarterdeck.overlap-limit"), ("skip", "5", "quarterdeck.overlap-limit"),
  ])
  func `a bad value is named with what is allowed`(policy: String, limit: String?, field: String) {
    var kept: [String: JobValue] = [JobOverlap.key: .text(policy)]
    kept[JobOverlap.limitKey] = limit.map { .text($0) }
    let problem = #expect(throws: StepConduct.Problem.self) { try JobOverlap(kept) }
    #expect(problem?.field == field)
    #expect(problem?.message.isEmpty == false)
  }
}
