import Model
import Store

/// Imports the jobs of one document into a project, in one transaction.
struct JobImport: Sendable {
  /// What became of one job of the document.
  struct Outcome: Sendable {
    enum Result: Sendable, Hashable {
      case succeeded
      case skipped(String)
      case failed(String)
    }

    /// Place in the document, from 1.
    let index: Int
    let id: JobID?
    let name: String
    let group: String
    let result: Result
  }

  let scope: StoreScope
  let project: String
  let user: String
  let rules: ImportRules
  /// Who owns the imported schedules from now on.
  let scheduling: JobScheduling

  /// How many jobs are written at once.
  private static let portion = 64

  func run(_ candidates: [ImportCandidate]) async throws -> [Outcome] {
    try await scope.schedules.lock(candidates.compactMap(\.id))
    var decider = ImportDecider(
      project: project, rules: rules, known: try await known(candidates),
      inDocument: Set(candidates.compactMap(\.id)))
    var outcomes: [Outcome] = []
    var added: [ImportCandidate.Sound] = []
    for candidate in candidates {
      let decision = decider.decide(candidate)
      if added.count == Self.portion || decision.isUpdate { try await add(&added) }
      switch decision {
      case .refuse(let id, let result):
        outcomes.append(candidate.outcome(id, result))
      case .add(let sound):
        added.append(sound)
        outcomes.append(candidate.outcome(sound.definition.id, .succeeded))
      case .replace(let id, let sound):
        try await replace(id, sound)
        outcomes.append(candidate.outcome(id, .succeeded))
      }
    }
    try await add(&added)
    return outcomes
  }

  /// The jobs that there are already and that the document's may be, or refer to.
  private func known(_ candidates: [ImportCandidate]) async throws(StoreError) -> [JobIdentity] {
    let ids = candidates.flatMap { [$0.id].compactMap { $0 } + $0.references }
    let known = try await scope.jobs.identities(of: ids)
    guard rules.duplicates != .create else { return known }
    let names = candidates.filter { $0.id == nil }.map(\.name)
    return known + (try await scope.jobs.identities(named: names, in: project))
  }

  private func add(_ sounds: inout [ImportCandidate.Sound]) async throws(StoreError) {
    guard !sounds.isEmpty else { return }
    try await scope.jobs.insert(sounds.map(\.definition), by: user)
    // A job that was never there has no schedule to be taken away.
    for sound in sounds where sound.schedule != nil { try await put(sound, sound.definition.id) }
    sounds = []
  }

  private func replace(
    _ id: JobID, _ sound: ImportCandidate.Sound
  ) async throws(StoreError) {
    var definition = sound.definition
    if id != definition.id {
      definition = try StoredDefinition(try definition.job(), id: id, project: project)
    }
    _ = try await scope.jobs.update(definition)
    try await put(sound, id)
  }

  private func put(_ sound: ImportCandidate.Sound, _ id: JobID) async throws(StoreError) {
    try await scope.schedules.put(
      sound.schedule, isEnabled: sound.definition.scheduleEnabled, of: id, project: project,
      owner: scheduling.owner)
  }
}

extension ImportCandidate {
  fileprivate func outcome(
    _ id: JobID?, _ result: JobImport.Outcome.Result
  ) -> JobImport.Outcome {
    JobImport.Outcome(index: index, id: id, name: name, group: group, result: result)
  }

  var references: [JobID] { if case .sound(let sound) = content { sound.references } else { [] } }
}

/// The answer to an import: each job in one of three lists.
struct JobImportBody {
  let outcomes: [JobImport.Outcome]
  let project: String
  let links: Links

  func json() -> JSON {
    [
      "succeeded": .array(outcomes.filter { $0.result == .succeeded }.map(item)),
      "failed": .array(
        outcomes.filter { if case .failed = $0.result { true } else { false } }.map(item)),
      "skipped": .array(
        outcomes.filter { if case .skipped = $0.result { true } else { false } }.map(item)),
    ]
  }

  private func item(_ outcome: JobImport.Outcome) -> JSON {
    var body: JSON = ["index": .integer(Int64(outcome.index))]
    if let id = outcome.id {
      body.add("href", .text(links.job(id)))
      body.add("id", .text(id.text))
      body.add("permalink", .text(links.jobPage(id, project: project)))
    }
    body.add("name", .text(outcome.name))
    body.add("group", .text(outcome.group))
    body.add("project", .text(project))
    switch outcome.result {
    case .succeeded: break
    case .failed(let message), .skipped(let message): body.add("error", .text(message))
    }
    return body
  }
}
