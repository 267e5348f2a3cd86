import Database
public import Model

extension StoreScope {
  /// Questions about the members' execution modes.
  public var executionModes: ExecutionModeStore { ExecutionModeStore(scope: self) }
}

/// The members' execution modes, kept by UUID so that a mode outlives the term in which it was set.
public struct ExecutionModeStore: Sendable {
  let scope: StoreScope

  /// The member's mode; active when none was ever set.
  public func mode(of member: MemberID) async throws(StoreError) -> ExecutionMode {
    try await scope.first(
      "SELECT value FROM cluster_setting WHERE name = $1", [.text(Self.key(member))],
      as: { (row) throws(StoreError) in try Self.mode(try row.text("value")) }) ?? .active
  }

  /// The modes of all members that one was ever set for.
  public func all() async throws(StoreError) -> [MemberID: ExecutionMode] {
    let prefix = Self.key(MemberID(""))
    let pairs = try await scope.all(
      "SELECT name, value FROM cluster_setting WHERE name LIKE $1", [.text(prefix + "%")]
    ) { row throws(StoreError) in
      let name = try row.text("name")
      return (
        MemberID(String(name.dropFirst(prefix.count))), try Self.mode(try row.text("value"))
      )
    }
    return Dictionary(pairs) { _, last in last }
  }

  /// Sets the member's mode, which the launches from then on meet.
  public func set(_ mode: ExecutionMode, of member: MemberID) async throws(StoreError) {
    try await scope.run(
      """
      INSERT INTO cluster_setting (name, value) VALUES ($1, $2)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value
      """, [.text(Self.key(member)), .text(mode.rawValue)])
  }

  /// The setting's name.
  static func key(_ member: MemberID) -> String { "executionMode.\(member.text)" }

  /// A stored mode; a setting that is not there is the active one.
  static func mode(_ text: String?) throws(StoreError) -> ExecutionMode {
    guard let text else { return .active }
    guard let mode = ExecutionMode(rawValue: text) else {
      throw .corrupt(table: "cluster_setting", column: "value", value: text)
    }
    return mode
  }
}
