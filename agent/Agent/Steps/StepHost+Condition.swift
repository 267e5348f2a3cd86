import CLinux
import Daemon
import Glibc
import Spool
import Wire

// How the agent is, said to the control plane when it changes.

extension StepHost {
  /// How often the room is looked at while there is work.
  static let beatInterval = Duration.milliseconds(500)
  /// How long after one statement the next one may follow.
  private static let statementInterval = Duration.seconds(10)

  /// Makes sure that the beat comes while there is something to look after.
  func keepBeating() {
    guard !isBeating else { return }
    isBeating = true
    var time = itimerspec()
    time.it_interval.tv_nsec = 500_000_000
    time.it_value = time.it_interval
    timerfd_settime(beat, 0, &time, nil)
  }

  /// The control plane may not know any more what was said before.
  func stateAnew() {
    stated = nil
    keepBeating()
  }

  /// The beat: shares the room out, and says how the agent is when that is news.
  func takeBeat() {
    var count: UInt64 = 0
    _ = read(beat, &count, 8)
    shareRoom(isBeat: true)
    let isUpToDate = state()
    guard isUpToDate, runningCount == 0, queue.isEmpty, postponed.isEmpty else { return }
    isBeating = false
    var time = itimerspec()
    timerfd_settime(beat, 0, &time, nil)
  }

  /// Hands the condition to the next report if it is news. True when nothing is left to say.
  private func state() -> Bool {
    let condition = condition()
    if let stated, !condition.isNews(after: stated) { return true }
    if let statedAt, ContinuousClock.now - statedAt < Self.statementInterval { return false }
    stated = condition
    statedAt = .now
    statement = condition
    wakeShipper()
    return true
  }

  /// How the agent is now.
  func condition() -> AgentCondition {
    let room = roomOfSpools
    var condition = AgentCondition(
      spoolBytes: room.taken, spoolLimit: room.rules.total, freeBytes: room.free,
      reserveBytes: room.rules.reserve, running: UInt64(runningCount),
      waiting: UInt64(queue.count + postponed.count), blocked: UInt64(blockedCount),
      stepLimit: launcher.policy.steps, droppedBytes: dropped)
    condition.reasons = reasons(condition, room)
    return condition
  }

  private func reasons(_ condition: AgentCondition, _ room: SpoolRoom) -> [String] {
    var reasons: [String] = []
    if let complaint = room.complaint { reasons.append(complaint) }
    if condition.blocked > 0 {
      let steps = Self.steps(Int(condition.blocked))
      reasons.append(
        launcher.spool.full == .block
          ? "\(steps) cannot go on until the control plane has stored what was printed"
          : "output of \(steps) is dropped")
    }
    if let limit = launcher.policy.steps, !queue.isEmpty {
      reasons.append(
        "\(Self.steps(queue.count)) wait: \(AgentKeys.stepLimit.name) lets \(limit) run at once")
    }
    if let problem = postponement, !postponed.isEmpty {
      reasons.append("\(Self.steps(postponed.count)) cannot be started yet: \(problem)")
    }
    if dropped > 0 {
      reasons.append("\(ByteCount.short(dropped)) of output were dropped since the agent started")
    }
    return reasons
  }

  private static func steps(_ count: Int) -> String { count == 1 ? "1 step" : "\(count) steps" }
}

extension AgentCondition {
  /// Whether it differs from what was said by more than a little.
  func isNews(after said: AgentCondition) -> Bool {
    var rounded = self
    if Self.isNear(spoolBytes, said.spoolBytes) { rounded.spoolBytes = said.spoolBytes }
    if Self.isNear(freeBytes, said.freeBytes) { rounded.freeBytes = said.freeBytes }
    // The texts have the same numbers in them.
    rounded.reasons = reasons.count == said.reasons.count ? said.reasons : reasons
    return rounded != said
  }

  private static func isNear(_ one: UInt64, _ other: UInt64) -> Bool {
    let difference = max(one, other) - min(one, other)
    return difference <= 1 << 20 || difference <= other / 10
  }
}
