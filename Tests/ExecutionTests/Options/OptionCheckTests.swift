import Glibc
import Model
import Synchronization
import Testing

@testable import Execution

@Suite(.disabled("its threads starve the tests beside it; run it alone"))
struct OptionCheckTests {
  @Test(.disabled("its thread starves the tests beside it; run it alone"))
  func `an expression that backtracks for ever is given up, alone`() async throws {
    // Some seconds of backtracking, not years: the thread ends with the tests.
    let bad = JobOption(name: "a", regex: "(a+)+$")
    let value = String(repeating: "a", count: 21) + "!"
    let error = await #expect(throws: OptionsError.self) {
      try await OptionCheck.resolve([bad], argString: nil, values: ["a": value])
    }
    #expect(
      error?.messages == [
        "The regular expression (a+)+$ of option 'a' could not be checked within 1 s."
      ])
    let good = JobOption(name: "b", regex: "[a-f]+")
    let resolved = try await OptionCheck.resolve([good], argString: "-b abc", values: [:])
    #expect(resolved.plain == ["b": "abc"])
    await #expect(throws: OptionsError.self) {
      try await OptionCheck.resolve([good], argString: "-b xyz", values: [:])
    }
  }

  @Test func `work of a kind that is still under way is not begun again`() async throws {
    let threads = TimeLimitedThreads(limit: .milliseconds(20), most: 1)
    let (release, releases) = AsyncStream<Void>.makeStream()
    let gate = Gate()
    await #expect(throws: TimeLimitedThreads.Failure.overdue) {
      try await threads.run(kind: "x") { gate.wait(then: releases) }
    }
    for kind in ["x", "y"] {
      await #expect(throws: TimeLimitedThreads.Failure.busy) {
        try await threads.run(kind: kind) {}
      }
    }
    gate.open()
    for await _ in release {}
    // The thread still has to note that it is done.
    while true {
      do throws(TimeLimitedThreads.Failure) {
        #expect(try await threads.run(kind: "x") { 7 } == 7)
        break
      } catch {
        await Task.yield()
      }
    }
  }
}

/// Holds a thread up until a test opens it.
private final class Gate: Sendable {
  private let isOpen = Atomic(false)

  func open() { isOpen.store(true, ordering: .releasing) }

  func wait(then end: AsyncStream<Void>.Continuation) {
    while !isOpen.load(ordering: .acquiring) { usleep(1000) }
    end.finish()
  }
}
