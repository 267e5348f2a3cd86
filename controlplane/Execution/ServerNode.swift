public import Store

/// What the conductor knows about the member it works for.
public struct ServerNode: Sendable, Hashable {
  /// The node's name where no agent of this host is enrolled: `serverNode` of an execution.
  public var name: String
  /// How the agent of this host is found.
  public var sidecar: SidecarRule
  /// `grails.serverURL`, without a slash at the end: what links to executions begin with.
  public var url: String
  /// `rundeck.server.uuid`.
  public var uuid: String
  /// What people call the member (`rundeck.server.name`).
  public var member: String
  /// `framework.globals.*` by name: values for all steps.
  public var globals: [String: String]
  /// Whether `@name@` in scripts of definitions is replaced (`execution.script.tokenexpansion.enabled`).
  public var expandsTokens = true

  public init(
    name: String, sidecar: SidecarRule, url: String, uuid: String, member: String? = nil,
    globals: [String: String] = [:]
  ) {
    self.name = name
    self.sidecar = sidecar
    self.url = url
    self.uuid = uuid
    self.member = member ?? name
    self.globals = globals
  }
}
