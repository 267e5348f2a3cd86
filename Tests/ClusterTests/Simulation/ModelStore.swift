import Cluster
import Model
import Store

/// The compare-and-set rules of the store, without a database: what it accepts depends on terms, owners and
/// epochs only.
final class ModelStore {
  struct Member {
    var incarnation: Int64
    var heartbeatAt: Instant
    var isFenced = false
    /// The process that registered it.
    var process = 0
  }

  struct Schedule {
    var owner: MemberID?
    var settledUntil: Instant
  }

  struct Run {
    var owner: Term
    var epoch: Epoch
    /// The step that is assigned, and whether it is done.
    var step = 0
    var isStepDone = true
  }

  struct Fire: Hashable {
    let job: Int
    let dueAt: Instant
  }

  let world: World
  var isUp = true
  /// How far the database's clock is from the true time.
  var clockError = Duration.zero
  var members: [MemberID: Member] = [:]
  /// Processes that have connections.
  var openProcesses: Set<Int> = []
  var schedules: [Int: Schedule] = [:]
  var runs: [Int: Run] = [:]
  private(set) var fires: [Fire: Term] = [:]
  /// Told of each term at the moment at which it ends.
  var onEnd: (Term) -> Void = { _ in }

  init(world: World) { self.world = world }

  var now: Instant { Instant(microseconds: 0).advanced(by: world.time.now + clockError) }

  func isCurrent(_ term: Term) -> Bool {
    guard let member = members[term.member] else { return false }
    return member.incarnation == term.incarnation && !member.isFenced
  }

  /// Nil: the term has ended.
  func heartbeat(_ term: Term) -> Instant? {
    guard isCurrent(term) else { return nil }
    members[term.member]?.heartbeatAt = now
    return now
  }

  enum Registration {
    case began(Term)
    /// Another process registered this UUID and has connections still.
    case refused(Term, heartbeatAt: Instant)
  }

  /// Registers, unless the process before has connections, or its heartbeat is not the one that was `watched`.
  func register(_ id: MemberID, from process: Int, watched: Instant?) -> Registration {
    let known = members[id]
    if let known, !known.isFenced {
      let former = Term(member: id, incarnation: known.incarnation)
      let isOpen = known.process != process && openProcesses.contains(known.process)
      if isOpen && watched != known.heartbeatAt {
        return .refused(former, heartbeatAt: known.heartbeatAt)
      }
      onEnd(former)
    }
    let term = Term(member: id, incarnation: (known?.incarnation ?? 0) + 1)
    members[id] = Member(incarnation: term.incarnation, heartbeatAt: now, process: process)
    return .began(term)
  }

  /// Ends a term and deals out what it owned, in one transaction.
  func fence(_ fencing: TakeoverDecision.Fencing, deadFor: Duration, by: Term) -> Bool {
    let dead = fencing.dead
    guard isCurrent(by), isCurrent(dead), let member = members[dead.member],
      member.heartbeatAt.duration(to: now) >= deadFor
    else { return false }
    members[dead.member]?.isFenced = true
    onEnd(dead)
    world.tell("\(by) fences \(dead)")
    if let takers = fencing.plan.schedules[nil] {
      for (index, job) in jobs(of: dead.member).enumerated() {
        schedules[job]?.owner = takers.isEmpty ? nil : takers[index % takers.count]
      }
    }
    let orphans = runs.keys.sorted().filter { runs[$0]?.owner.member == dead.member }
    for (index, run) in orphans.enumerated() where !fencing.plan.executions.isEmpty {
      adopt(run, by: fencing.plan.executions[index % fencing.plan.executions.count])
    }
    return true
  }

  func jobs(of member: MemberID) -> [Int] {
    schedules.keys.sorted().filter { schedules[$0]?.owner == member }
  }

  func adopt(_ run: Int, by term: Term) {
    guard let before = runs[run] else { return }
    runs[run]?.owner = term
    runs[run]?.epoch = before.epoch.next
  }

  /// Writes one outcome for an instant; false when the store refuses it.
  func record(_ fire: Fire, by term: Term) -> Bool {
    guard isCurrent(term), schedules[fire.job]?.owner == term.member, fires[fire] == nil else {
      return false
    }
    fires[fire] = term
    return true
  }

  func advance(_ job: Int, to instant: Instant, by term: Term) {
    guard isCurrent(term), let schedule = schedules[job], schedule.owner == term.member else {
      return
    }
    schedules[job]?.settledUntil = max(schedule.settledUntil, instant)
  }

  /// Assigns the step after `step`; false when the store refuses it.
  func assign(_ run: Int, after step: Int, by term: Term, epoch: Epoch) -> Bool {
    guard isCurrent(term), let row = runs[run], row.owner == term, row.epoch == epoch,
      row.step == step, row.isStepDone
    else { return false }
    runs[run]?.step = step + 1
    runs[run]?.isStepDone = false
    return true
  }
}
