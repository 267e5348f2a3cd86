import Database

extension ProjectStore {
  /// All settings of a project; empty when there is no such project.
  public func settings(of project: String) async throws(StoreError) -> [String: String] {
    let pairs = try await scope.all(
      "SELECT name, value FROM project_setting WHERE project = $1", [.text(project)]
    ) { row throws(StoreError) in (try row.text("name"), try row.text("value")) }
    return Dictionary(pairs) { _, last in last }
  }

  /// The settings of a project whose names begin with `prefix`, which holds no `%`, `_` and backslash.
  public func settings(
    of project: String, under prefix: String
  ) async throws(StoreError) -> [String: String] {
    let pairs = try await scope.all(
      "SELECT name, value FROM project_setting WHERE project = $1 AND name LIKE $2",
      [.text(project), .text("\(prefix)%")]
    ) { row throws(StoreError) in (try row.text("name"), try row.text("value")) }
    return Dictionary(pairs) { _, last in last }
  }

  /// One setting, or nil.
  public func setting(_ name: String, of project: String) async throws(StoreError) -> String? {
    try await scope.first(
      "SELECT value FROM project_setting WHERE project = $1 AND name = $2",
      [.text(project), .text(name)]
    ) { row throws(StoreError) in try row.text("value") }
  }

  /// The values that a setting has, by project; projects without it are left out.
  public func values(of name: String) async throws(StoreError) -> [String: String] {
    let pairs = try await scope.all(
      "SELECT project, value FROM project_setting WHERE name = $1", [.text(name)]
    ) { row throws(StoreError) in (try row.text("project"), try row.text("value")) }
    return Dictionary(pairs) { first, _ in first }
  }

  /// The values for all steps (`project.globals.*`) of these projects, by project and name.
  public func globals(
    of projects: some Collection<String>
  ) async throws(StoreError) -> [String: [String: String]] {
    guard !projects.isEmpty else { return [:] }
    var arguments = SQLArguments()
    let list = arguments.list(Set(projects).sorted().map { .text($0) })
    let rows = try await scope.batch([Self.globals(of: list, arguments.values)])[0].rows
    return try Self.globals(rows)
  }

  static let globalsPrefix = "project.globals."

  /// Asks for them; `projects` is a list or a subquery.
  static func globals(of projects: String, _ arguments: [DatabaseValue]) -> Statement {
    Statement(
      """
      SELECT project, name, value FROM project_setting
      WHERE project IN \(projects.hasPrefix("(") ? projects : "(\(projects))")
        AND name LIKE '\(globalsPrefix)%'
      """, arguments)
  }

  static func globals(_ rows: [Row]) throws(StoreError) -> [String: [String: String]] {
    var globals: [String: [String: String]] = [:]
    for row in rows {
      let name = try row.text("name").dropFirst(globalsPrefix.count)
      globals[try row.text("project"), default: [:]][String(name)] = try row.text("value")
    }
    return globals
  }

  /// The settings among these that are switched on (`true`), with their projects.
  public func switchedOn(
    _ names: [String]
  ) async throws(StoreError) -> [(project: String, name: String)] {
    var arguments = SQLArguments()
    let list = arguments.list(names.map { .text($0) })
    return try await scope.all(
      """
      SELECT project, name FROM project_setting
      WHERE name IN \(list) AND LOWER(TRIM(value)) = 'true'
      """, arguments.values
    ) { row throws(StoreError) in (try row.text("project"), try row.text("name")) }
  }

  /// Writes the settings, changing those that exist. Call it in a transaction.
  public func put(
    _ settings: [String: String], of project: String
  ) async throws(StoreError) {
    let sql = """
      INSERT INTO project_setting (project, name, value) VALUES ($1, $2, $3)
      ON CONFLICT (project, name) DO UPDATE SET value = excluded.value
      """
    guard !settings.isEmpty else { return }
    try await scope.batch(
      settings.sorted { $0.key < $1.key }.map {
        Statement(sql, [.text(project), .text($0.key), .text($0.value)])
      })
  }

  /// Removes all settings of a project.
  public func clearSettings(of project: String) async throws(StoreError) {
    try await scope.run("DELETE FROM project_setting WHERE project = $1", [.text(project)])
  }

  /// Removes one setting; false when there was none.
  public func removeSetting(
    _ name: String, of project: String
  ) async throws(StoreError) -> Bool {
    try await scope.run(
      "DELETE FROM project_setting WHERE project = $1 AND name = $2", [.text(project), .text(name)]
    ).changes > 0
  }
}
