import Cluster
import FoundationEssentials
import Logging
public import Model
import Store

// Choices that are made again, because the member that was chosen did not claim the execution in time or
// begins no runs; and choices that are only asked for.

extension ExecutionConductor {
  /// Chooses again for every execution that nobody has claimed in time, whoever chose first. Of several
  /// members that do so at once one does it.
  func decideAgain() async {
    guard mayAct else { return }
    let earliest = time.now().advanced(by: .zero - timing.claimWithin)
    do throws(StoreError) {
      var last: ExecutionID?
      repeat {
        let page = try await store.ask.executions.unclaimed(
          chosenBefore: earliest, after: last, limit: ClaimPages.page)
        try await chooseAgain(page)
        last = page.count < ClaimPages.page ? nil : page.last?.id
      } while last != nil && mayAct
    } catch {
      logger.warning("No choice could be made again", metadata: ["error": "\(error)"])
    }
  }

  /// Passes the members over that were chosen for queued executions: all of these in one commit.
  func chooseAgain(_ records: [ExecutionRecord]) async throws(StoreError) {
    guard !records.isEmpty, let term = served else { return }
    var known = KnownChoices()
    var choices: [(record: ExecutionRecord, decision: RemoteExecutionDecision)] = []
    for record in records {
      let decision = try await decision(insteadOf: record, &known)
      guard decision.chosen != nil || record.chosenMember != nil else { continue }
      choices.append((record, decision))
    }
    guard !choices.isEmpty, mayAct else { return }
    var writes: [ExecutionWrite] = []
    for (record, decision) in choices {
      writes.append(
        try .choose(
          record.id, from: record.choice, member: decision.chosen, decision: decision, by: term))
    }
    let answers = try await store.commit(writes)
    let made = zip(choices, answers).filter { $1.rows == 1 }.map(\.0)
    for (record, decision) in made {
      if let chosen = decision.chosen { tellChosen(chosen, of: record.id) }
    }
    try await store.ask.decisions.add(
      made.map { Decision($0.decision, insteadOf: $0.record, by: term.member) })
  }

  /// Tells the member that was chosen, and looks again when its time is over.
  func tellChosen(_ member: MemberID, of id: ExecutionID) {
    lookWhenClaimIsOver()
    if member == term.member {
      Task { await claimQueued() }
    } else {
      cluster.announceHanded(member)
    }
  }

  /// Whoever was chosen just now has had time to claim then. Of many choices in a burst only a few looks come.
  func lookWhenClaimIsOver() {
    alarms.look(
      at: time.now().advanced(by: timing.claimWithin), spacing: timing.claimWithin / 4)
  }

  /// Without those that were passed over before; when nobody else is left, they are asked again.
  private func decision(
    insteadOf record: ExecutionRecord, _ known: inout KnownChoices
  ) async throws(StoreError) -> RemoteExecutionDecision {
    let former = (try? record.decision()) ?? nil
    let last = Set([record.chosenMember].compactMap(\.self))
    let passedOver = record.chosenMember == nil ? [] : last.union(former?.passedOver ?? [])
    var decision = try await decide(record, excluding: passedOver, &known)
    if decision.chosen == nil, passedOver != last {
      decision = try await decide(record, excluding: last, &known)
    }
    return decision
  }

  private func decide(
    _ record: ExecutionRecord, excluding passedOver: Set<MemberID>, _ known: inout KnownChoices
  ) async throws(StoreError) -> RemoteExecutionDecision {
    let question = RemoteExecutionQuestion(
      project: record.project, occasion: .run, carriesSecureOptions: record.sealedOptions != nil,
      excluding: passedOver)
    var decision: RemoteExecutionDecision
    if let found = await cluster.choice?.choose(question), found.isForwarding {
      decision = found
    } else {
      decision = try await decideWithoutPolicy(question, &known)
    }
    decision.passedOver = passedOver
    return decision
  }

  /// Where no policy is in force this member carries what nobody has claimed, or another one that is active when
  /// this one begins no runs.
  private func decideWithoutPolicy(
    _ question: RemoteExecutionQuestion, _ known: inout KnownChoices
  ) async throws(StoreError) -> RemoteExecutionDecision {
    if known.mode == nil { known.mode = try await store.ask.executionModes.mode(of: term.member) }
    guard known.mode == .passive else { return .withoutPolicy(term.member) }
    var question = question
    question.excluding.insert(term.member)
    if let decision = known.decisions[question] { return decision }
    let decision = try await cluster.choice?.chooseActive(question) ?? .nobodyElse
    known.decisions[question] = decision
    return decision
  }

  /// What would be decided for a run of the job now, for people who ask. Nothing runs.
  public func decideOnly(
    for job: JobID
  ) async throws(LaunchError) -> RemoteExecutionDecision {
    let executions = store.ask.executions
    let (project, definition) = try await LaunchError.asking { () throws(StoreError) in
      let facts = try await executions.fireFacts(
        of: [job], sidecar: planner.server.sidecar, on: term.member)
      return (facts.jobs[job]?.project, try await executions.definitions(of: [job])[job])
    }
    guard let project else { throw .noJob(job) }
    let isSecret = definition?.job.options.contains(where: \.secure) ?? false
    let question = RemoteExecutionQuestion(
      project: project, occasion: .run, carriesSecureOptions: isSecret)
    return await cluster.choice?.choose(question) ?? .withoutPolicy(term.member)
  }
}

/// What was asked of the store already while choices for several executions are made.
private struct KnownChoices {
  var mode: ExecutionMode?
  var decisions: [RemoteExecutionQuestion: RemoteExecutionDecision] = [:]
}

extension RemoteExecutionDecision {
  /// Nobody asks who else could.
  static func withoutPolicy(_ member: MemberID) -> RemoteExecutionDecision {
    RemoteExecutionDecision(
      policy: "None", candidates: [member], chosen: member,
      reason: "No policy is in force: the member that is asked carries the execution")
  }

  /// Whether its policy is one that chooses among members.
  var isForwarding: Bool { policy != RemoteExecutionPolicy.none.name }

  /// Who was chosen for this execution before and did not claim it.
  var passedOver: Set<MemberID> {
    get { Set((criteria[Self.key] ?? "").split(separator: ",").map { MemberID(String($0)) }) }
    set {
      let members = newValue.map(\.text).sorted()
      criteria[Self.key] = members.isEmpty ? nil : members.joined(separator: ",")
    }
  }

  private static let key = "passedOver"
}

extension Decision {
  init(
    _ decision: RemoteExecutionDecision, insteadOf record: ExecutionRecord, by member: MemberID
  ) {
    let former = record.chosenMember?.text ?? "nobody"
    let chosen = decision.chosen?.text ?? "nobody"
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    self.init(
      kind: .redecision, member: member, subject: decision.chosen, job: record.jobID,
      execution: record.id, project: record.project,
      reason: "\(former) did not claim the execution; \(chosen) was chosen: \(decision.reason)",
      detail: (try? encoder.encode(decision)).map { String(decoding: $0, as: UTF8.self) })
  }
}
