import Cluster
import Model

/// What a member does for what it owns: each act asks for the term first, and may be stopped right after it asked.
extension ModelMember {
  /// Asks the store to change something, if the term is held; chance may stop the process between the two.
  func act<Answer>(
    _ question: @escaping (ModelStore) -> Answer, then: @escaping (Answer?) -> Void
  ) {
    guard terms?.held != nil else { return }
    if !world.isCalm, world.random.chance(1) {
      stop()
      world.after(world.random.duration(500...90_000)) { self.resume() }
    }
    deliver { self.ask(question, then: then) }
  }

  func work() {
    after(.milliseconds(500)) { self.work() }
    guard let term = terms?.held else { return }
    let id = id
    ask { store in
      (
        store.jobs(of: id).map { ($0, store.schedules[$0]!.settledUntil) },
        store.runs.filter { $0.value.owner.member == id }
      )
    } then: { [self] answer in
      guard let (jobs, runs) = answer, terms?.held == term else { return }
      for (job, settledUntil) in jobs { settle(job, after: settledUntil, in: term) }
      for (run, row) in runs.sorted(by: { $0.key < $1.key }) { carry(run, row, in: term) }
    }
  }

  /// Writes an outcome for every whole second that has come.
  private func settle(_ job: Int, after settled: Instant, in term: Term) {
    guard let now = databaseTime?.now() else { return }
    let first = settled.microseconds / 1_000_000 + 1
    let last = min(now.microseconds / 1_000_000, first + 200)
    guard first <= last else { return }
    act { store in
      for second in first...last {
        let fire = ModelStore.Fire(job: job, dueAt: Instant(microseconds: second * 1_000_000))
        guard store.record(fire, by: term) || store.fires[fire] != nil else { return }
      }
      store.advance(job, to: Instant(microseconds: last * 1_000_000), by: term)
    } then: { _ in
    }
  }

  private func carry(_ run: Int, _ row: ModelStore.Run, in term: Term) {
    guard row.owner == term else {
      // Its own from before a restart: taken up as an adoption is, with the next epoch.
      return act { store in
        guard store.isCurrent(term), store.runs[run]?.owner == row.owner else { return }
        store.adopt(run, by: term)
      } then: { _ in
      }
    }
    if !row.isStepDone { return push(.init(run: run, number: row.step), epoch: row.epoch) }
    act {
      $0.assign(run, after: row.step, by: term, epoch: row.epoch)
    } then: { [self] isAssigned in
      if isAssigned == true { push(.init(run: run, number: row.step + 1), epoch: row.epoch) }
    }
  }

  private func push(_ step: ModelAgent.Step, epoch: Epoch) {
    guard terms?.held != nil else { return }
    deliver { [self] in
      world.after(world.random.duration(0...slowness)) { self.agent.start(step, epoch: epoch) }
    }
  }
}
