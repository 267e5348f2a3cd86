import Database
public import Model

/// A project as it is stored.
public struct ProjectRecord: Sendable, Hashable {
  public let name: String
  public let description: String
  public let createdAt: Instant
}

extension StoreScope {
  /// Projects and their settings.
  public var projects: ProjectStore { ProjectStore(scope: self) }
}

/// Projects and their settings.
public struct ProjectStore: Sendable {
  let scope: StoreScope

  /// The project of what the program itself runs outside of jobs. The API takes no such name for a new one.
  public static let hidden = "quarterdeck:plugins"

  /// All projects of users by name.
  public func all() async throws(StoreError) -> [ProjectRecord] {
    try await scope.all(
      "SELECT name, description, created_at FROM project WHERE name <> $1 ORDER BY name",
      [.text(Self.hidden)], as: Self.record)
  }

  /// The project of that name, or nil.
  public func find(_ name: String) async throws(StoreError) -> ProjectRecord? {
    try await scope.first(
      "SELECT name, description, created_at FROM project WHERE name = $1", [.text(name)],
      as: Self.record)
  }

  /// Which of the names are projects.
  public func existing(_ names: [String]) async throws(StoreError) -> Set<String> {
    var arguments = SQLArguments()
    let list = arguments.list(names.map { .text($0) })
    return Set(
      try await scope.all(
        "SELECT name FROM project WHERE name IN \(list)", arguments.values
      ) { row throws(StoreError) in try row.text("name") })
  }

  /// Adds a project; false when the name is taken.
  public func insert(name: String, description: String) async throws(StoreError) -> Bool {
    let sql = """
      INSERT INTO project (name, description, created_at) VALUES ($1, $2, \(scope.dialect.now))
      ON CONFLICT (name) DO NOTHING
      """
    return try await scope.run(sql, [.text(name), .text(description)]).changes > 0
  }

  /// Sets what the project's list shows as its description.
  public func describe(_ name: String, as description: String) async throws(StoreError) {
    try await scope.run(
      "UPDATE project SET description = $2 WHERE name = $1", [.text(name), .text(description)])
  }

  static func record(_ row: Row) throws(StoreError) -> ProjectRecord {
    ProjectRecord(
      name: try row.text("name"), description: try row.text("description"),
      createdAt: try row.instant("created_at"))
  }
}
