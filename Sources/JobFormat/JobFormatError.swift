public import Model

/// Why a document of job definitions could not be read or written as a whole.
public enum JobFormatError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Not a document of that format; the line is given when the parser knows it.
  case malformed(line: Int?, String)
  /// Well-formed, but refused: document types and entities, nesting, aliases.
  case refused(String)
  /// The document has no job in it.
  case noJobs
  /// The format cannot say what the job at this place holds.
  case notRepresentable(job: String, field: String, String)

  public var description: String {
    switch self {
    case .malformed(let line?, let reason): "line \(line): \(reason)"
    case .malformed(nil, let reason): reason
    case .refused(let reason): reason
    case .noJobs: "the document contains no job"
    case .notRepresentable(let job, let field, let reason):
      "job \(job), \(field): \(reason)"
    }
  }
}

/// What is wrong with one job of a document.
public struct JobDefinitionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Place of the job in its document, from 0.
  public let index: Int
  public let name: String?
  public let group: String?
  /// `uuid` or `id` of the document, when it has one.
  public let id: String?
  public let problems: [JobProblem]

  init(index: Int, name: String?, group: String?, id: String?, problems: [JobProblem]) {
    self.index = index
    self.name = name
    self.group = group
    self.id = id
    self.problems = problems
  }

  /// What is wrong with a job that could be read.
  public init(index: Int, job: Job, problems: [JobProblem]) {
    self.init(
      index: index, name: job.name, group: job.group, id: job.id?.text, problems: problems)
  }

  public var description: String {
    let title = name.map { "job '\($0)'" } ?? "job"
    return "\(title) (number \(index + 1)): "
      + problems.map(\.description).joined(separator: "; ")
  }
}
