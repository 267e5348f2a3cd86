import Glibc
import Pattern
import Testing

@Suite struct MatchingBudgetTests {
  private static let letters = String(repeating: "a", count: 5_000)

  @Test(
    arguments: [
      ("(a+)+$", letters + "!"), ("(a|a)*b", letters + "bc"), ("(a|aa)+$", letters + "!"),
      ("(.*)*,(.*)*,x", letters + ",,xy"),
      ("(?:(?=.*+b)|a)*", String(repeating: "a", count: 1_000_000) + "!"),
      ("(a*)*(b*)*(a*)*c", letters + "cd"), ("(\\w+\\s?)+$", letters + "\n\n"),
      ("(a(?1)?a?)+b", letters + "bc"),
      (
        String(repeating: "a?", count: 40) + String(repeating: "a", count: 40),
        letters.prefix(60) + "!"
      ),
      ("(x+x+)+y", String(repeating: "x", count: 40) + "yz"),
    ] as [(String, String)])
  func `an expression that backtracks for ever is stopped soon`(text: String, value: String) throws
  {
    let pattern = try JobPattern(text)
    let start = cpuTime()
    let error = #expect(throws: JobPatternOverrun.self) { try pattern.matches(value) }
    // In the thread's own time, so a busy machine makes no difference; ten times the budget.
    #expect(cpuTime() - start < .milliseconds(500))
    #expect(error?.description == "The regular expression \(text) takes too long on this value")
  }

  @Test func `ordinary matches of long values are within the budget`() throws {
    let long = String(repeating: "ab12", count: 10_000)
    #expect(try JobPattern("[a-f0-9]+").matches(long))
    #expect(try JobPattern(".*12").matches(long))
    #expect(try !JobPattern("[a-f]+.*x").matches(long))
  }

  @Test func `what is spent is spent`() throws {
    var budget = MatchingBudget(.milliseconds(5))
    let bad = try JobPattern("(a+)+$")
    #expect(throws: JobPatternOverrun.self) {
      try bad.matches(Self.letters + "!", within: &budget)
    }
    #expect(budget.remaining == .zero)
    #expect(throws: JobPatternOverrun.self) {
      try bad.matches(Self.letters + "!", within: &budget)
    }
  }

  @Test func `one expression serves many tasks at once`() async throws {
    let pattern = try JobPattern("([a-z]+)-\\d{2}")
    await withTaskGroup(of: Bool.self) { group in
      for index in 0..<64 {
        group.addTask { (try? pattern.matches("job-\(10 + index)")) == true }
      }
      for await matched in group { #expect(matched) }
    }
  }

  private func cpuTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
