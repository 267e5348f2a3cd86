import Cluster
import Model
import Store

extension ExecutionConductor: FireLaunching {
  public func fire(_ fires: [DueFire]) async -> [FireAnswer] {
    guard terms.held != nil, !fires.isEmpty else {
      return fires.map { _ in .unavailable(Self.termEnded) }
    }
    let desk: FireDesk
    do throws(StoreError) {
      desk = try await prepareDesk(for: fires)
    } catch {
      let reason = "\(error)"
      return fires.map { _ in .unavailable(reason) }
    }
    let answers = fires.map { _ in Answer<FireAnswer, Never>() }
    return await withDiscardingTaskGroup { group in
      // What has to ask a server for values of options holds up nobody else.
      for (fire, answer) in zip(fires, answers) where desk.asksServers(fire) {
        group.addTask { await self.launch(fire, desk, answer) }
      }
      for (fire, answer) in zip(fires, answers) where !desk.asksServers(fire) {
        await launch(fire, desk, answer)
      }
      return await wait(for: answers)
    }
  }

  /// Reads what the runs have in common: a round trip for the jobs' stamps, and others only for definitions that
  /// are not known yet and for agents.
  private func prepareDesk(for fires: [DueFire]) async throws(StoreError) -> FireDesk {
    let executions = store.ask.executions
    let facts = try await executions.fireFacts(
      of: Set(fires.map(\.job)), sidecar: planner.server.sidecar, on: term.member)
    var known = definitions.current(facts.jobs)
    let unknown = facts.jobs.keys.filter { known[$0] == nil }
    if !unknown.isEmpty {
      let read = try await executions.definitions(of: unknown)
      definitions.keep(read)
      known.merge(read) { _, newer in newer }
    }
    let needsNodes = known.values.contains { $0.job.nodeFilter != nil }
    return FireDesk(
      facts: facts, definitions: known,
      nodes: needsNodes ? try await executions.launchNodes() : [])
  }

  private func launch(
    _ fire: DueFire, _ desk: FireDesk, _ answer: Answer<FireAnswer, Never>
  ) async {
    do throws(LaunchError) {
      guard desk.facts.executionMode == .active else { throw .passive }
      let subject = try desk.subject(of: fire)
      var request = desk.request(of: fire)
      request.optionPatience = timing.answerWithin / 2
      var run = try await prepare(subject, request, at: .fire) { desk.nodes }
      run.fire = fire
      try put(run, .fire(answer))
    } catch {
      answer.give(.success(FireAnswer(error)))
    }
  }

  /// One clock for all of them.
  private func wait(for answers: [Answer<FireAnswer, Never>]) async -> [FireAnswer] {
    let timer = Task { [timing] in
      guard (try? await timing.clock.sleep(for: timing.answerWithin)) != nil else { return }
      for answer in answers { answer.give(.success(.unavailable(Self.lateLaunch))) }
    }
    defer { timer.cancel() }
    var results: [FireAnswer] = []
    results.reserveCapacity(answers.count)
    for answer in answers { results.append(await answer.value()) }
    return results
  }

  /// What became of an instant whose execution was not inserted, as the ledger has it.
  func outcome(of fire: DueFire) async -> FireAnswer {
    let before = Instant(microseconds: fire.dueAt.microseconds - 1)
    do throws(StoreError) {
      let row = try await store.ask.fires.of(fire.job, from: before, through: fire.dueAt).first
      return switch row?.outcome {
      case .ran(let execution): .ran(execution)
      case .skipped(.alreadyRunning): .alreadyRunning(nil)
      default: .stale
      }
    } catch {
      return error.isRetryable
        ? .unavailable(Self.lateLaunch) : .refused(.invalid, detail: "\(error)")
    }
  }
}
