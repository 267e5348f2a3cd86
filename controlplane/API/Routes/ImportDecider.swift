import Model
import Store

/// Decides what becomes of each job of a document, from what there is already and what came before it in the
/// document.
struct ImportDecider {
  enum Decision {
    case refuse(JobID?, JobImport.Outcome.Result)
    case add(ImportCandidate.Sound)
    case replace(JobID, ImportCandidate.Sound)

    var isUpdate: Bool { if case .replace = self { true } else { false } }
  }

  private struct Path: Hashable {
    let group: String
    let name: String
  }

  private let project: String
  private let rules: ImportRules
  private let inDocument: Set<JobID>
  private var projects: [JobID: String] = [:]
  private var oldest: [Path: JobID] = [:]

  /// `known` are the jobs that there are, those of one group and name the oldest first.
  init(project: String, rules: ImportRules, known: [JobIdentity], inDocument: Set<JobID>) {
    self.project = project
    self.rules = rules
    self.inDocument = inDocument
    for job in known { note(job.id, job.project, Path(group: job.group, name: job.name)) }
  }

  mutating func decide(_ candidate: ImportCandidate) -> Decision {
    switch candidate.content {
    case .refused(let reason): return .refuse(candidate.id, .failed(reason))
    case .sound(let sound):
      if let missing = sound.references.first(where: isMissing) {
        return .refuse(
          candidate.id, .failed("Job reference to a job that does not exist: \(missing)"))
      }
      return decide(sound, candidate)
    }
  }

  private mutating func decide(
    _ sound: ImportCandidate.Sound, _ candidate: ImportCandidate
  ) -> Decision {
    let path = Path(group: candidate.group, name: candidate.name)
    guard let existing = existing(candidate, path) else {
      note(sound.definition.id, project, path)
      return .add(sound)
    }
    guard projects[existing] == project else {
      return .refuse(
        candidate.id, .failed("The id \(existing) is used by a job of another project"))
    }
    switch rules.duplicates {
    case .skip: return .refuse(existing, .skipped("Job already exists"))
    case .create:
      return .refuse(candidate.id, .failed("A job with the id \(existing) already exists"))
    case .update:
      note(existing, project, path)
      return .replace(existing, sound)
    }
  }

  /// The job with the document's identifier; without one, that of the same group and name.
  private func existing(_ candidate: ImportCandidate, _ path: Path) -> JobID? {
    if let id = candidate.id { return projects[id] == nil ? nil : id }
    return rules.duplicates == .create ? nil : oldest[path]
  }

  private func isMissing(_ id: JobID) -> Bool { !inDocument.contains(id) && projects[id] == nil }

  private mutating func note(_ id: JobID, _ project: String, _ path: Path) {
    projects[id] = project
    if project == self.project, oldest[path] == nil { oldest[path] = id }
  }
}
