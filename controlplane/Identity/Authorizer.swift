/// What somebody wants to do, in the words that Rundeck's ACL policies use for `allow` and `deny`.
public enum Action: String, Sendable, Hashable, CaseIterable {
  case read, view, create, update, delete, run, kill, configure, admin, export
  case `import`
  case runAs = "runAs"
  case killAs = "killAs"
  case deleteExecution = "delete_execution"
  case toggleSchedule = "toggle_schedule"
  case toggleExecution = "toggle_execution"
  case enableExecutions = "enable_executions"
  case disableExecutions = "disable_executions"
  case viewHistory = "view_history"
  case generateUserToken = "generate_user_token"
}

/// What it is to be done to: the kind that a policy's `for:` section names, and where known the project
/// (the policy's context) and the single thing.
public struct Resource: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case system, project, job, execution, adhoc, event, node, user, apitoken, agent, storage
  }

  public let kind: Kind
  /// The project's name, or nil for a thing of the application itself.
  public let project: String?
  /// The thing's identifier as the request named it, or nil for the kind as a whole.
  public let identifier: String?

  public init(_ kind: Kind, project: String? = nil, identifier: String? = nil) {
    self.kind = kind
    self.project = project
    self.identifier = identifier
  }
}

/// An answer of the access rules, with the reason that an explanation or an audit line shows.
public struct Decision: Sendable, Hashable {
  public let isAllowed: Bool
  public let reason: String

  public init(isAllowed: Bool, reason: String) {
    self.isAllowed = isAllowed
    self.reason = reason
  }
}

/// Decides whether a principal may do something. Never fails: what cannot be decided is refused.
public protocol Authorizer: Sendable {
  func decide(_ principal: Principal, _ action: Action, on resource: Resource) async -> Decision
}

/// The one rule without policies: the group `admin` may do all, everybody else nothing.
public struct AdminGroupPolicy: Authorizer {
  /// The group's name.
  public static let group = "admin"

  public init() {}

  public func decide(
    _ principal: Principal, _ action: Action, on resource: Resource
  ) async -> Decision {
    if principal.roles.contains(Self.group) {
      return Decision(isAllowed: true, reason: "\(principal.user) has the role \(Self.group)")
    }
    let roles = principal.roles.sorted().joined(separator: ", ")
    return Decision(
      isAllowed: false,
      reason: "the role \(Self.group) is needed, \(principal.user) has "
        + (roles.isEmpty ? "no role" : "only: \(roles)"))
  }
}
