import Cluster
import Logging
import Model
import ServiceLifecycle
import Store

// From term to term.

extension ExecutionConductor {
  /// Serves in each term of this member until a graceful shutdown: takes up what the member owns, then
  /// carries it and what is launched. When a term ends, steps that run go on without this member, and
  /// whoever waits for an answer gets `unavailable`.
  public func run() async throws {
    defer {
      noteStop()
      refuse(inbox.close(), because: Self.stopping)
    }
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled, let term = await self.nextTerm() { await self.serve(term) }
    }
  }

  /// The term that is held now, or the next that will be; nil when the member is stopping.
  private nonisolated func nextTerm() async -> Term? {
    for await held in terms.changes() { if let held { return held } }
    return nil
  }

  private func serve(_ term: Term) async {
    served = term
    await withDiscardingTaskGroup { group in
      let waits = waits
      group.addTask { await waits.run(self.timing, self.inbox) }
      group.addTask { await self.followAlarms() }
      let (captures, timeLimits) = (captures, timeLimits)
      group.addTask { await captures.run(self.output, self.timing, self.inbox) }
      let (members, references, tools, clerk) = (members, references, tools, clerk(of: term))
      group.addTask { await members.run(tools, self.inbox) }
      group.addTask { await references.run(clerk, self.timing, self.inbox) }
      group.addTask {
        await timeLimits.run(self.time, on: self.timing.clock) {
          _ = self.inbox.put([.timeOver($0)])
        }
      }
      group.addTask {
        // What was left behind comes first, as far as it does not keep what comes now waiting.
        await self.takeUpEverything()
        async let watching: Void = self.watchAgents()
        await self.work()
        await watching
      }
      group.addTask { await self.lookAgainAndAgain() }
      group.addTask { await self.lookWhenTold() }
      for await held in terms.changes() where held != term { break }
      refuseWaiting()
      group.cancelAll()
    }
    refuseWaiting()
    forget(term)
  }

  private func clerk(of term: Term) -> ReferenceClerk {
    ReferenceClerk(store: store, planner: planner, sealer: sealer, member: term.member)
  }

  /// Decides upon whatever arrives.
  private func work() async {
    for await _ in inbox.arrivals() {
      let inputs = inbox.takeAll()
      await commit(inputs)
      load.running = carried.values.count { !$0.isScheduled }
      await takeUp(askedBy: inputs)
      goOnClaiming()
      if isDraining, finishHandOver(inputs) { return }
    }
  }

  /// Nothing of a term outlives it: what this member still owns it takes up again from the store.
  private func forget(_ term: Term) {
    served = nil
    former.insert(term)
    forgetCarried()
  }

  func forgetCarried() {
    carried = [:]
    leftAlone = []
    takingUp = TakingUp()
    claims = ClaimPages()
    underWay = []
    waits = AgentWaits()
    alarms = ExecutionAlarms()
    captures = CaptureDesk()
    members = MemberDesk()
    references = ReferenceDesk()
    timeLimits = TimeLimits()
    load.running = 0
    endings.carried.removeAll()
  }

  private func refuseWaiting() {
    let reason = whyNot
    refuse(inbox.takeAll(), because: reason)
    for commit in underWay { commit.transition.refuse(because: reason) }
  }

  func refuse(_ inputs: [ConductorInput], because reason: String) {
    for input in inputs {
      switch input {
      case .launch(_, let answer): answer.refuse(.unavailable(reason))
      case .abort(_, _, let answer), .endIncomplete(_, _, let answer):
        answer.give(.failure(.unavailable(reason)))
      case .handOver(let answer): answer.give(.success(()))
      case .event, .captured, .member, .referenced, .timeOver, .absences, .unreached, .waitOver,
        .takeUp, .due, .claim:
        break
      }
    }
  }
}

extension Transition {
  /// Tells those who wait for it that it may not have been written.
  func refuse(because reason: String) {
    launch?.answer.refuse(.unavailable("\(reason). \(ExecutionConductor.mayStillRun)"))
    for answer in aborts { answer.give(.failure(.unavailable(reason))) }
  }
}
