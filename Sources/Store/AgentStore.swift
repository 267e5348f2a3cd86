import Database
public import Model

extension StoreScope {
  /// The enrolled agents.
  public var agents: AgentStore { AgentStore(scope: self) }
}

/// The enrolled agents. Deleting a row takes the agent's credential away.
public struct AgentStore: Sendable {
  let scope: StoreScope

  /// What is known of an agent at its enrolment or when it says hello.
  public struct Facts: Sendable, Hashable {
    public var node: Node
    public var version: String
    public var bootID: String
    /// Its own patience; nil: as the control plane's configuration says. Said with each hello.
    public var awayAfter: Duration?
    public var lostAfter: Duration?

    public init(
      node: Node, version: String, bootID: String, awayAfter: Duration? = nil,
      lostAfter: Duration? = nil
    ) {
      self.node = node
      self.version = version
      self.bootID = bootID
      self.awayAfter = awayAfter
      self.lostAfter = lostAfter
    }
  }

  /// Enrols an agent under the name of its node. Throws a unique violation when the name is taken.
  public func enrol(
    _ id: AgentID, credentialDigest: String, facts: Facts
  ) async throws(StoreError) {
    try await scope.run(
      """
      INSERT INTO agent
        (id, name, credential_digest, node, hostname, version, boot_id, enrolled_at, seen_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, \(scope.dialect.now), \(scope.dialect.now))
      """,
      [
        .text(id.text), .text(facts.node.name), .text(credentialDigest),
        .text(AgentRecord.text(facts.node)), .text(facts.hostname), .text(facts.version),
        .text(facts.bootID),
      ])
  }

  /// Gives the agent of that name a new credential and new facts, and returns its id, which it keeps;
  /// nil when there is no such agent.
  public func reenrol(
    credentialDigest: String, facts: Facts
  ) async throws(StoreError) -> AgentID? {
    try await scope.first(
      """
      UPDATE agent SET credential_digest = $2, node = $3, hostname = $4, version = $5, boot_id = $6,
        enrolled_at = \(scope.dialect.now), seen_at = \(scope.dialect.now)
      WHERE name = $1 RETURNING id
      """,
      [
        .text(facts.node.name), .text(credentialDigest), .text(AgentRecord.text(facts.node)),
        .text(facts.hostname), .text(facts.version), .text(facts.bootID),
      ]
    ) { row throws(StoreError) in AgentID(try row.text("id")) }
  }

  /// The agent with that id, or nil.
  public func find(_ id: AgentID) async throws(StoreError) -> AgentRecord? {
    try await scope.first(
      "\(Self.select) WHERE id = $1", [.text(id.text)], as: AgentRecord.init(row:))
  }

  /// The agent of that name, or nil.
  public func find(name: String) async throws(StoreError) -> AgentRecord? {
    try await scope.first(
      "\(Self.select) WHERE name = $1", [.text(name)], as: AgentRecord.init(row:))
  }

  /// All agents, by name.
  public func all() async throws(StoreError) -> [AgentRecord] {
    try await scope.all("\(Self.select) ORDER BY name", as: AgentRecord.init(row:))
  }

  /// Stores what an agent says of itself. Its node keeps the name that it was enrolled under. False
  /// when there is no such agent.
  public func update(_ agent: AgentRecord, facts: Facts) async throws(StoreError) -> Bool {
    var node = facts.node
    node.name = agent.name
    let answer = try await scope.run(
      """
      UPDATE agent SET node = $2, hostname = $3, version = $4, boot_id = $5,
        seen_at = \(scope.dialect.now) WHERE id = $1
      """,
      [
        .text(agent.id.text), .text(AgentRecord.text(node)), .text(facts.hostname),
        .text(facts.version), .text(facts.bootID),
      ])
    return answer.changes > 0
  }

  /// Notes that these agents were heard of just now.
  public func touch(_ agents: [AgentID]) async throws(StoreError) {
    for list in ValueList.lists(of: agents.map { .text($0.text) }) {
      try await scope.run(
        "UPDATE agent SET seen_at = \(scope.dialect.now) WHERE id IN (\(list.marks))",
        list.arguments)
    }
  }

  /// Takes an agent's credential away and forgets it. False when there is no such agent.
  @discardableResult
  public func delete(_ id: AgentID) async throws(StoreError) -> Bool {
    try await scope.run("DELETE FROM agent WHERE id = $1", [.text(id.text)]).changes > 0
  }

  private static let select = """
    SELECT id, name, credential_digest, node, hostname, version, boot_id, enrolled_at, seen_at,
      condition, condition_at, away_after, lost_after
    FROM agent
    """
}

extension AgentStore.Facts {
  /// The host's name, the node's when it does not say.
  var hostname: String { node.attributes["hostname"] ?? node.name }
}
