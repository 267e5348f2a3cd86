import Model

/// The agents' rules: no command of an older epoch, no assignment started twice.
final class ModelAgent {
  struct Step: Hashable {
    let run: Int
    let number: Int
  }

  private let world: World
  private let store: ModelStore
  private var highest: [Int: Epoch] = [:]
  /// How often each step was started.
  private(set) var starts: [Step: Int] = [:]
  /// What the agents remember on their disks.
  private var known: Set<Step> = []

  init(world: World, store: ModelStore) {
    self.world = world
    self.store = store
  }

  func start(_ step: Step, epoch: Epoch) {
    guard epoch >= highest[step.run] ?? epoch else { return }
    highest[step.run] = epoch
    guard known.insert(step).inserted else { return }
    starts[step, default: 0] += 1
    if let row = store.runs[step.run], row.step > step.number {
      world.violated("P5: step \(step) started after \(row.step) was assigned")
    }
    world.after(world.random.duration(200...6000)) { self.report(step) }
  }

  /// Through any member, until the store has it.
  private func report(_ step: Step) {
    guard store.isUp else { return world.after(.seconds(1)) { self.report(step) } }
    guard store.runs[step.run]?.step == step.number else { return }
    store.runs[step.run]?.isStepDone = true
  }
}
