import Cluster
import Model

/// Registering, renewing, losing the term and beginning anew, in the order in which `Membership` does it.
extension ModelMember {
  func register() { register(TwinWatch(timing: timing), watched: nil) }

  private func register(_ watch: TwinWatch, watched: Instant?) {
    let sent = time.now
    ask { [id, number] in
      ($0.register(id, from: number, watched: watched), $0.now)
    } then: {
      [self] answer in
      switch answer {
      case nil: after(.milliseconds(300)) { self.register(watch, watched: watched) }
      case (.began(let term), let now)?: begin(term, sent: sent, database: now)
      case (.refused(let twin, let heartbeatAt), _)?:
        look(at: twin, heartbeatAt, watch)
      }
    }
  }

  private func look(at twin: Term, _ heartbeatAt: Instant, _ watch: TwinWatch) {
    var watch = watch
    switch watch.saw(twin, heartbeatAt: heartbeatAt, at: time.now) {
    case .alive: end("another process with its UUID lives")
    case .silent: register(watch, watched: heartbeatAt)
    case .undecided(let pause): after(pause) { self.register(watch, watched: nil) }
    }
  }

  private func begin(_ term: Term, sent: Duration, database: Instant) {
    world.tell("\(term) begins")
    guard let terms, let databaseTime else {
      terms = CurrentTerm(term, sent: sent, trust: trust, time: time)
      databaseTime = DatabaseTime(database, sent: sent, received: time.now, time: time)
      after(timing.heartbeat) { self.renew() }
      after(.milliseconds(500)) { self.work() }
      return lookForDead()
    }
    terms.began(term, sent: sent)
    databaseTime.note(database, sent: sent, received: time.now)
    after(timing.heartbeat) { self.renew() }
  }

  private func renew() {
    guard let terms else { return }
    let term = terms.last
    let sent = time.now
    ask {
      ($0.heartbeat(term), $0.members[term.member])
    } then: { [self] answer in
      guard let (instant, row) = answer else { return after(.zero) { self.renew() } }
      guard let instant else { return lose(term, to: row) }
      terms.renewed(term, sent: sent)
      databaseTime?.note(instant, sent: sent, received: time.now)
      after(max(.zero, sent + timing.heartbeat - time.now)) { self.renew() }
    }
  }

  private func lose(_ term: Term, to row: ModelStore.Member?) {
    terms?.ended(term)
    switch TermLoss(of: term, incarnation: row?.incarnation, hasLeft: false) {
    case .superseded: end("another process has its UUID")
    case .ended, .left: after(world.random.duration(0...500)) { self.register() }
    }
  }

  /// The round of `Takeover`.
  private func lookForDead() {
    guard let terms, let databaseTime else { return }
    guard let own = terms.held, let since = terms.heldSince else {
      return after(.milliseconds(200)) { self.lookForDead() }
    }
    ask {
      $0.members
    } then: { [self] rows in
      guard let rows else { return after(timing.heartbeat) { self.lookForDead() } }
      let standings = rows.keys.sorted { $0.text < $1.text }.map { Self.standing($0, rows[$0]!) }
      let decision = decider.decide(
        standings, own: id,
        at: .init(now: databaseTime.now(), monotonic: time.now, judgingSince: since))
      let deadFor = timing.dead
      for fencing in decision.fencings {
        act {
          $0.fence(fencing, deadFor: deadFor, by: own)
        } then: { _ in
        }
      }
      after(decision.wakeAfter) { self.lookForDead() }
    }
  }

  private static func standing(_ id: MemberID, _ row: ModelStore.Member) -> MemberStanding {
    MemberStanding(
      term: Term(member: id, incarnation: row.incarnation), heartbeatAt: row.heartbeatAt,
      isFenced: row.isFenced)
  }
}
