import Model
import Synchronization

/// Carries out the steps that are the member's own, a limited number at a time. Whoever ends an execution stops
/// its steps.
final class MemberDesk: Sendable {
  private struct Order: Sendable {
    let task: MemberTask
    /// Finishes when the step is to stop.
    let stop: AsyncStream<Void>
  }

  private let orders: AsyncStream<Order>
  private let order: AsyncStream<Order>.Continuation
  private let wanted = Mutex<[ExecutionID: [Ticket: AsyncStream<Void>.Continuation]]>([:])

  init() { (orders, order) = AsyncStream.makeStream() }

  /// How many are carried out at once.
  static let width = 64

  /// From now on the step is carried out, as soon as there is room.
  func put(_ task: MemberTask) {
    let (stop, continuation) = AsyncStream<Void>.makeStream()
    wanted.withLock { $0[task.execution, default: [:]][task.ticket] = continuation }
    order.yield(Order(task: task, stop: stop))
  }

  /// Nothing comes any more of the execution's steps.
  func stop(_ execution: ExecutionID) {
    let stopped = wanted.withLock { $0.removeValue(forKey: execution) }
    for continuation in (stopped ?? [:]).values { continuation.finish() }
  }

  /// Puts a `member` into the inbox for each step that was carried out, until it is cancelled.
  func run(_ tools: MemberTools, _ inbox: ConductorInbox) async {
    await orders.forEach(atMost: Self.width) { order in
      guard self.isWanted(order.task) else { return }
      let result = await Self.carryOut(order, tools)
      guard !Task.isCancelled else { return }
      if let result, self.finish(order.task) { _ = inbox.put([.member(order.task, result)]) }
    }
  }

  /// Nil when it was stopped.
  private static func carryOut(_ order: Order, _ tools: MemberTools) async -> MemberStepResult? {
    await withTaskGroup(of: MemberStepResult?.self) { group in
      group.addTask { await order.task.step.run(tools) }
      group.addTask {
        for await _ in order.stop {}
        return nil
      }
      let first = await group.next()
      group.cancelAll()
      return first ?? nil
    }
  }

  private func isWanted(_ task: MemberTask) -> Bool {
    wanted.withLock { $0[task.execution]?[task.ticket] != nil }
  }

  /// False when the step was stopped meanwhile.
  private func finish(_ task: MemberTask) -> Bool {
    wanted.withLock { wanted in
      let known = wanted[task.execution]?.removeValue(forKey: task.ticket) != nil
      if wanted[task.execution]?.isEmpty == true { wanted[task.execution] = nil }
      return known
    }
  }
}
