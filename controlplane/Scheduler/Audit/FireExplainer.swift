public import Model
public import Store

/// Reads what an explanation is made of.
public struct FireExplainer: Sendable {
  private let store: Store

  /// An explainer over that store.
  public init(store: Store) { self.store = store }

  /// How far around the instant decisions about its job are looked for.
  private static let around: Duration = .seconds(600)

  /// Why something did or did not happen to the job at that instant; `now` is the database's time unless
  /// given.
  public func explain(
    _ job: JobID, at instant: Instant, now: Instant? = nil
  ) async throws(StoreError) -> FireExplanation {
    let present: Instant
    if let now { present = now } else { present = try await store.now() }
    let before = Instant(microseconds: instant.microseconds - 1)
    let row = try await store.ask.fires.of(job, from: before, through: instant).first
    let versions = try await store.ask.schedules.versions(of: job, from: before, through: instant)
    let version = versions.last { $0.validFrom < instant }
    let evidence = FireEvidence(
      row: row, version: version,
      present: try await store.ask.schedules.find([job]).first,
      decisions: try await decisions(
        about: job, of: row?.project ?? version?.project, row, at: instant),
      keptFrom: try await store.ledgerKeptFrom())
    return FireExplanation(job: job, instant: instant, evidence: evidence, now: present)
  }

  /// What was decided about the job, about the execution that the instant began, and about the schedules of its
  /// project together: those of a member that died or left move by project.
  private func decisions(
    about job: JobID, of project: String?, _ row: FireRecord?, at instant: Instant
  ) async throws(StoreError) -> [DecisionRecord] {
    let begin = instant.advanced(by: .zero - Self.around)
    let end = (row?.settledAt ?? instant).advanced(by: Self.around)
    var found = try await store.ask.decisions.list(
      DecisionQuery(job: job, from: begin, through: end, limit: 20))
    if let project {
      found += try await store.ask.decisions.list(
        DecisionQuery(kinds: [.takeover], project: project, from: begin, through: end, limit: 20)
      ).filter { $0.decision.job == nil }
    }
    if case .ran(let execution) = row?.outcome {
      let known = Set(found.map(\.id))
      found += try await store.ask.decisions.list(
        DecisionQuery(execution: execution, limit: 20)
      ).filter { !known.contains($0.id) }
    }
    return found.sorted { $0.id > $1.id }
  }
}
