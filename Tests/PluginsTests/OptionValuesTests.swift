import Execution
import Notifications
import ScriptPlugin
import Store
import Synchronization
import Testing

@testable import Plugins

@Suite struct OptionValuesTests {
  private static func list(_ lines: String...) -> Result<[OptionChoice], OptionValueList.Problem> {
    Result { () throws(OptionValueList.Problem) in try OptionValueList(lines: lines).choices }
  }

  @Test func `values are the lines between the marks`() {
    let found = Self.list(
      "noise", " ==START_OPTIONS== ", "one:First", "two:a:b", "three", "", ":empty",
      "==END_OPTIONS==", "x:y")
    #expect(
      found
        == .success([
          OptionChoice(name: "one", value: "First"), OptionChoice(name: "two", value: "a:b"),
          OptionChoice(name: "three", value: "three"), OptionChoice(name: "", value: "empty"),
        ]))
    #expect(Self.list("==START_OPTIONS==", "==END_OPTIONS==") == .success([]))
  }

  @Test func `what is no whole list is refused`() {
    #expect(Self.list() == .failure(.noStart))
    #expect(Self.list("a:b", "==END_OPTIONS==") == .failure(.noStart))
    #expect(Self.list("==START_OPTIONS==", "a:b") == .failure(.noEnd))
    #expect(
      Self.list("==START_OPTIONS==", "a:\u{0}", "==END_OPTIONS==") == .failure(.unusable(line: 2)))
  }

  @Test func `a plugin is asked within its own limit and the patience of who asks`() async throws {
    let asked = Mutex<[PluginErrand]>([])
    let values = OptionValueErrands(limit: .seconds(30))
    await #expect(throws: RemoteValuesError.plugin("p", reason: "the member is starting")) {
      try await values.values(by: "p", in: "q", within: .seconds(1))
    }
    values.connect { errand in
      asked.withLock { $0.append(errand) }
      return PluginErrandEnd(
        .succeeded, output: ["==START_OPTIONS==", "a:b", "==END_OPTIONS=="])
    }
    let found = try await values.values(by: "p", in: "q", within: .seconds(600))
    #expect(found == [OptionChoice(name: "a", value: "b")])
    _ = try await values.values(by: "p", in: "q", within: .seconds(7))
    #expect(asked.withLock { $0.map(\.limit) } == [.seconds(30), .seconds(7)])
    #expect(asked.withLock { $0.allSatisfy { $0.project == "q" && $0.provider.name == "p" } })
  }

  @Test func `a plugin that fails or does not end is told with its reason`() async throws {
    let values = OptionValueErrands(limit: .seconds(30))
    values.connect { _ in PluginErrandEnd(.failed, reason: "Result code was 4") }
    let failed = await #expect(throws: RemoteValuesError.self) {
      try await values.values(by: "p", in: "q", within: .seconds(600))
    }
    #expect(failed?.description == "the option values plugin 'p' failed: Result code was 4")
    values.connect { _ in
      // Longer than anybody waits; it ends with the test's process.
      try? await Task.sleep(for: .seconds(3_600))
      return PluginErrandEnd(.failed)
    }
    await #expect(throws: RemoteValuesError.plugin("p", reason: "it did not end in time")) {
      try await values.values(by: "p", in: "q", within: .milliseconds(1))
    }
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
