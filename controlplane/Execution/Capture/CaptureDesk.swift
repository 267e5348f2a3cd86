import Model

/// What a step's end waits for: that its output is looked through.
struct CaptureTask: Sendable {
  let assignment: AssignmentID
  let execution: ExecutionID
  let key: StepKey
  let outcome: AssignmentOutcome
  let at: Instant
  let filters: [LogFilterDefinition]
  /// The bytes that the execution's values may still take.
  let room: Int
}

/// Looks through the output of ended steps, a few at a time.
final class CaptureDesk: Sendable {
  private let asked: AsyncStream<CaptureTask>
  private let ask: AsyncStream<CaptureTask>.Continuation

  init() { (asked, ask) = AsyncStream.makeStream() }

  func put(_ task: CaptureTask) { ask.yield(task) }

  /// How many outputs are read at once.
  private static let width = 4

  /// Puts a `captured` into the inbox for each task, until it is cancelled. Without a store a task is tried
  /// again until there is one: no step's end is decided upon before.
  func run(_ output: StepOutput, _ timing: ConductorTiming, _ inbox: ConductorInbox) async {
    await asked.forEach(atMost: Self.width) { task in
      guard let result = await Self.capture(task, output, timing) else { return }
      _ = inbox.put([.captured(task, result)])
    }
  }

  /// Nil when it is cancelled.
  private static func capture(
    _ task: CaptureTask, _ output: StepOutput, _ timing: ConductorTiming
  ) async -> StepCapture.Result? {
    var pauses = timing.retries
    while true {
      do throws(StepOutput.Failure) {
        return try await read(task, output)
      } catch {
        if case .unreadable(let reason) = error {
          return StepCapture.Result(problems: ["The output could not be looked through: \(reason)"])
        }
      }
      guard await pauses.pass() else { return nil }
    }
  }

  private static func read(
    _ task: CaptureTask, _ output: StepOutput
  ) async throws(StepOutput.Failure) -> StepCapture.Result {
    var capture = StepCapture(task.filters, room: task.room)
    var place: Int64? = 0
    while let from = place, !capture.isIdle {
      let page = try await output.page(task.execution, task.key, from)
      for line in page.lines { capture.take(line) }
      place = page.next
      await Task.yield()
    }
    return await capture.finish()
  }
}
