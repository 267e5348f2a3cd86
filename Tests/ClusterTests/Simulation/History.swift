import Cluster
import Model

/// One random history: members that are killed, stopped, cut off and started again over a database that goes away
/// and whose clock is set, and then some quiet time in which everything has to come right.
final class History {
  struct Setting {
    var timing = ClusterTiming()
    /// For how long members trust a renewal; nil: as long as they should.
    var trust: Duration?
    /// How far the members' clocks are off, in parts per million.
    var drift: Int64 = 10_000
    var chaos = Duration.seconds(60)
    var quiet = Duration.seconds(25)
  }

  private let world: World
  private let store: ModelStore
  private let agent: ModelAgent
  private let setting: Setting
  private var processes: [ModelMember] = []
  private let ids: [MemberID]

  init(seed: UInt64, setting: Setting = Setting()) {
    let world = World(seed: seed)
    self.world = world
    self.setting = setting
    store = ModelStore(world: world)
    agent = ModelAgent(world: world, store: store)
    ids = (0..<Int.random(in: 2...4, using: &world.random)).map { MemberID("m\($0)") }
  }

  /// What went wrong, with the end of the story; empty when nothing did.
  func run() -> [String] {
    begin()
    let end = setting.chaos
    world.after(.seconds(3)) { self.trouble(until: end) }
    world.run(until: end)
    calm()
    world.run(until: end + setting.quiet)
    checkOutcomes()
    return world.violations.isEmpty ? [] : world.story.suffix(60) + world.violations
  }

  private func begin() {
    store.onEnd = { [unowned self] term in
      for process in processes where process.condition != .ended && process.terms?.held == term {
        world.violated("P2: \(term) was ended while its process held it")
      }
    }
    for job in 0..<3 {
      store.schedules[job] = .init(owner: ids[job % ids.count], settledUntil: store.now)
    }
    for run in 0..<3 {
      let owner = Term(member: ids[run % ids.count], incarnation: 1)
      store.runs[run] = .init(owner: owner, epoch: Epoch(1))
    }
    for id in ids { start(id) }
  }

  private func start(_ id: MemberID) {
    let process = ModelMember(
      id, number: processes.count, world: world, store: store, agent: agent, timing: setting.timing,
      driftsUpTo: setting.drift)
    process.trust = setting.trust ?? setting.timing.trust
    processes.append(process)
    process.register()
  }

  private func trouble(until end: Duration) {
    guard world.time.now < end else { return }
    let victim = processes.randomElement(using: &world.random)!
    switch Int.random(in: 0..<100, using: &world.random) {
    case 0..<25: kill(victim)
    case 25..<50: pause(victim)
    case 50..<65: cutOff(victim)
    case 65..<75: outage()
    case 75..<80: setClock()
    case 80..<90: slowDown(victim)
    default: double(victim)
    }
    world.after(world.random.duration(200...12_000)) { self.trouble(until: end) }
  }

  private func kill(_ process: ModelMember) {
    process.end("killed")
    world.after(world.random.duration(50...20_000)) { self.revive(process.id) }
  }

  /// Starts a process where none is left.
  private func revive(_ id: MemberID) {
    if !processes.contains(where: { $0.id == id && $0.condition != .ended }) { start(id) }
  }

  private func pause(_ process: ModelMember) {
    process.stop()
    world.after(world.random.duration(100...30_000)) { process.resume() }
  }

  private func cutOff(_ process: ModelMember) {
    world.tell("\(process.id) is cut off")
    process.isConnected = false
    world.after(world.random.duration(500...15_000)) { process.isConnected = true }
  }

  private func outage() {
    world.tell("the database is away")
    store.isUp = false
    world.after(world.random.duration(500...12_000)) { [store] in store.isUp = true }
  }

  private func setClock() {
    let jump = world.random.chance(500) ? Duration.seconds(600) : .milliseconds(-1500)
    world.tell("the database's clock jumps by \(jump)")
    store.clockError += jump
  }

  private func slowDown(_ process: ModelMember) {
    process.slowness = Int64.random(in: 50...2500, using: &world.random)
    world.after(world.random.duration(1000...10_000)) { process.slowness = 4 }
  }

  /// An operator starts the same member once more while it is stopped.
  private func double(_ process: ModelMember) {
    guard process.condition == .running else { return }
    process.stop()
    world.after(world.random.duration(100...8000)) { self.start(process.id) }
    world.after(world.random.duration(2000...20_000)) { process.resume() }
  }

  private func calm() {
    world.tell("calm")
    world.isCalm = true
    store.isUp = true
    for process in processes {
      process.isConnected = true
      process.slowness = 4
      process.resume()
    }
    // Twice: of two processes with one UUID the older ends by itself.
    for delay in [0, 3] {
      world.after(.seconds(delay)) { for id in self.ids { self.revive(id) } }
    }
  }

  /// Every instant has its outcome, every run went on, everybody holds a term.
  private func checkOutcomes() {
    let last = store.now.microseconds / 1_000_000 - 8
    for job in store.schedules.keys.sorted() {
      let gaps = (1...last).filter {
        store.fires[.init(job: job, dueAt: Instant(microseconds: $0 * 1_000_000))] == nil
      }
      if !gaps.isEmpty { world.violated("P1: job \(job) has no outcome for \(gaps.prefix(9))") }
    }
    for (step, count) in agent.starts where count != 1 {
      world.violated("P5: \(step) was started \(count) times")
    }
    for (run, row) in store.runs where row.step < 4 {
      world.violated("P3: run \(run) stands still")
    }
    for id in ids where !processes.contains(where: { $0.id == id && $0.terms?.held != nil }) {
      world.violated("\(id) holds no term")
    }
  }
}
