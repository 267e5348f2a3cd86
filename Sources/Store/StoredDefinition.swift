import Database
public import Model

/// A job's definition in the form in which it is stored, with what its columns say: many of them take
/// less room than as many jobs.
public struct StoredDefinition: Sendable {
  public let id: JobID
  public let project: String
  public let group: String
  public let name: String
  public let isScheduled: Bool
  public let scheduleEnabled: Bool
  let text: String
  private let executionEnabled: Bool
  private let description: String

  /// The job as it is to be stored under this identifier in this project.
  public init(_ job: Job, id: JobID, project: String) throws(StoreError) {
    var job = job
    job.id = id
    job.project = project
    self.id = id
    self.project = project
    group = job.group
    name = job.name
    isScheduled = job.isScheduled
    scheduleEnabled = job.scheduleEnabled
    executionEnabled = job.executionEnabled
    description = job.description
    text = try StoredJSON.encode(job, column: "job.definition")
  }

  /// The job again.
  public func job() throws(StoreError) -> Job {
    try StoredJSON.decode(text, column: "job.definition")
  }

  /// Whether any text of it has the character U+0000, which PostgreSQL refuses, and which ends a text for
  /// programs.
  public var hasNull: Bool {
    let escape = Array("\\u0000".utf8)
    var rest = text.utf8[...]
    while let place = rest.firstIndex(of: escape[0]) {
      rest = rest[place...]
      if rest.starts(with: escape) { return true }
      rest = rest.dropFirst(2)
    }
    return false
  }

  var values: [DatabaseValue] {
    [
      .text(id.text), .text(project), .text(group), .text(name), .text(text), .flag(isScheduled),
      .flag(scheduleEnabled), .flag(executionEnabled), .text(description),
    ]
  }
}
