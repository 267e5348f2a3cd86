import Cluster
import Model

/// One process of a member: the real lease, estimate and decider over a simulated clock, and messages that take
/// their time.
final class ModelMember {
  enum Condition { case running, stopped, ended }

  let id: MemberID
  /// Which process this is, among all of the history.
  let number: Int
  let world: World
  let store: ModelStore
  let agent: ModelAgent
  let timing: ClusterTiming
  let time: MonotonicTime
  var trust: Duration
  private let rate: Int64
  private(set) var condition = Condition.running
  /// Whether it reaches the database.
  var isConnected = true
  /// The longest that a message takes.
  var slowness: Int64 = 4
  var terms: CurrentTerm?
  var databaseTime: DatabaseTime?
  var decider: TakeoverDecider
  private var pending: [() -> Void] = []

  init(
    _ id: MemberID, number: Int, world: World, store: ModelStore, agent: ModelAgent,
    timing: ClusterTiming,
    driftsUpTo drift: Int64
  ) {
    self.id = id
    self.number = number
    store.openProcesses.insert(number)
    self.world = world
    self.store = store
    self.agent = agent
    self.timing = timing
    trust = timing.trust
    rate = Int64.random(in: -drift...drift, using: &world.random)
    time = world.time.clock(
      partsPerMillion: rate, origin: world.random.duration(0...1_000_000))
    decider = TakeoverDecider(timing: timing, settings: TakeoverSettings())
  }

  /// Acts now, or when the process goes on; never once it has ended.
  func deliver(_ act: @escaping () -> Void) {
    switch condition {
    case .running:
      act()
      checkLease()
    case .stopped: pending.append(act)
    case .ended: break
    }
  }

  func after(_ delay: Duration, _ act: @escaping () -> Void) {
    world.after(delay - delay * Int(rate) / 1_000_000) { self.deliver(act) }
  }

  /// Asks the store; nil when no answer came. A question that was sent takes effect even if its sender is stopped or
  /// ends, and even if its answer is lost.
  func ask<Answer>(
    _ question: @escaping (ModelStore) -> Answer, then: @escaping (Answer?) -> Void
  ) {
    world.after(world.random.duration(0...slowness)) { [self] in
      let isLost = !isConnected || !store.isUp
      let answer = isLost ? nil : question(store)
      let isAnswerLost = isLost || !world.isCalm && world.random.chance(2)
      let delay = isAnswerLost ? timing.heartbeat : world.random.duration(0...slowness)
      world.after(delay) { self.deliver { then(isAnswerLost ? nil : answer) } }
    }
  }

  func stop() {
    guard condition == .running else { return }
    world.tell("\(id) stops")
    condition = .stopped
  }

  func resume() {
    guard condition == .stopped else { return }
    world.tell("\(id) goes on, term \(String(describing: terms?.last))")
    condition = .running
    let acts = pending
    pending = []
    for act in acts { deliver(act) }
  }

  func end(_ why: String) {
    guard condition != .ended else { return }
    world.tell("\(id) ends: \(why), term \(String(describing: terms?.last))")
    condition = .ended
    store.openProcesses.remove(number)
    pending = []
  }

  /// No process may believe in a term that the store has ended.
  func checkLease() {
    guard condition != .ended, let held = terms?.held, !store.isCurrent(held) else { return }
    world.violated("P2: \(held) is held by its process after it was ended")
  }
}
