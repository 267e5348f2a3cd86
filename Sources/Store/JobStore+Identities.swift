import Database
public import Model

/// Which job is where.
public struct JobIdentity: Sendable, Hashable {
  public let id: JobID
  public let project: String
  public let group: String
  public let name: String

  public init(id: JobID, project: String, group: String, name: String) {
    self.id = id
    self.project = project
    self.group = group
    self.name = name
  }

  fileprivate init(row: Row) throws(StoreError) {
    self.init(
      id: JobID(try row.text("id")), project: try row.text("project"),
      group: try row.text("group_path"), name: try row.text("name"))
  }
}

extension JobStore {
  /// Those of the jobs that there are, without their definitions.
  public func identities(
    of ids: some Collection<JobID>
  ) async throws(StoreError) -> [JobIdentity] {
    var found: [JobIdentity] = []
    for list in ValueList.lists(of: Set(ids).map { .text($0.text) }) {
      found += try await scope.all(
        "SELECT id, project, group_path, name FROM job WHERE id IN (\(list.marks))",
        list.arguments, as: JobIdentity.init)
    }
    return found
  }

  /// The jobs of these names in a project, whatever their groups; the oldest first.
  public func identities(
    named names: some Collection<String>, in project: String
  ) async throws(StoreError) -> [JobIdentity] {
    var found: [JobIdentity] = []
    for list in ValueList.lists(of: Set(names).map { .text($0) }) {
      let marks = list.arguments.indices.map { "$\($0 + 2)" }.joined(separator: ", ")
      found += try await scope.all(
        """
        SELECT id, project, group_path, name FROM job WHERE project = $1 AND name IN (\(marks))
        ORDER BY created_at, id
        """, [.text(project)] + list.arguments, as: JobIdentity.init)
    }
    return found
  }
}
