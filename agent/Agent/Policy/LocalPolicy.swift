import Daemon
import Glibc
public import Wire

/// What this host lets the control plane do with it, from the agent's own configuration. Pure, but for the links in
/// a directory's path.
public struct LocalPolicy: Sendable, Hashable {
  /// Patterns (`*`, `?`, `[…]`) of projects whose steps run here; empty: all.
  public var projects: [String] = []
  /// Patterns of users that steps run as; empty: all.
  public var users: [String] = []
  /// Directories in and below which steps start; empty: everywhere.
  public var directories: [String] = []
  /// The user of steps that name none; nil: the agent's own.
  public var defaultUser: String?
  /// How many steps may run at once; nil: any number. More wait.
  public var steps: UInt64?
  /// What every step may use at most.
  public var limits = StepLimits()

  public init() {}

  /// Why a step is not run here: names the key, the value and what is allowed.
  public struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }

    init(_ key: String, forbids what: String, allowed: [String]) {
      self.init(
        "\(what) is not allowed on this agent: \(key) allows \(allowed.joined(separator: ", "))")
    }
  }

  /// Whether a project's steps run here.
  func check(project: String?) throws(Refusal) {
    guard !projects.isEmpty else { return }
    guard let project, Self.matches(project, projects) else {
      let what = project.map { "project \($0.debugDescription)" } ?? "a step that names no project"
      throw Refusal(AgentKeys.allowedProjects.name, forbids: what, allowed: projects)
    }
  }

  /// Whether steps run as that user here.
  func check(user: String) throws(Refusal) {
    guard !users.isEmpty, !Self.matches(user, users) else { return }
    throw Refusal(
      AgentKeys.allowedUsers.name, forbids: "to run as user \(user.debugDescription)",
      allowed: users)
  }

  /// Whether a step may start in a directory. Links are followed first, and what is not there is allowed nowhere.
  func check(directory: String) throws(Refusal) {
    guard !directories.isEmpty else { return }
    let real = realpath(directory, nil)
    defer { free(real) }
    let path = real.map { String(cString: $0) }
    let isInside = directories.contains { allowed in
      guard let path else { return false }
      let base = AgentSettings.withoutSlash(AgentSettings.absolutePath(allowed))
      return path == base || base.isEmpty || path.hasPrefix(base + "/")
    }
    guard !isInside else { return }
    throw Refusal(
      AgentKeys.allowedDirectories.name,
      forbids: "the working directory \(directory.debugDescription)", allowed: directories)
  }

  private static func matches(_ name: String, _ patterns: [String]) -> Bool {
    patterns.contains { fnmatch($0, name, 0) == 0 }
  }
}
