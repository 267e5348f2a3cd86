import Execution
import Notifications
import Store
import Testing

@testable import Plugins

@Suite struct OptionValuesTests {
  @Test func `values are the lines between the marks`() {
    let lines = [
      "noise", "==START_OPTIONS==", "one:First", "two:a:b", "three", "", "==END_OPTIONS==", "x:y",
    ]
    #expect(
      OptionValueErrands.values(in: lines) == [
        OfferedValue(name: "one", value: "First"), OfferedValue(name: "two", value: "a:b"),
        OfferedValue(name: "three", value: "three"),
      ])
    #expect(OptionValueErrands.values(in: ["a:b"]).isEmpty)
  }

  @Test func `the end of a plugin is the outcome of its notification`() {
    let outcome = { NotificationErrands.outcome(of: $0) }
    #expect(outcome(.init(.succeeded, exitCode: 0, output: ["told"])).verdict == .delivered)
    #expect(outcome(.init(.succeeded, exitCode: 0, output: ["told"])).answer.text == "told")
    let failed = outcome(.init(.failed, reason: "Result code was 3", exitCode: 3))
    #expect(failed.verdict == .again && failed.answer.code == 3)
    #expect(failed.answer.error == "Result code was 3" && failed.answer.text == nil)
    #expect(outcome(.init(.refused)).verdict == .never)
    #expect(outcome(.init(.timedOut)).verdict == .hung)
    #expect(outcome(.init(.cancelled)).verdict == .cancelled)
    let much = outcome(.init(.failed, output: Array(repeating: "0123456789", count: 5_000)))
    #expect(much.answer.text?.count == 219)
  }
}
