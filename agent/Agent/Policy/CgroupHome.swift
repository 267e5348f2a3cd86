import CLinux
import Daemon
import Glibc
import Model

/// The directory of a cgroup v2 hierarchy in which each step gets a cgroup of its own, so that its processes can be
/// ended and limited whatever they do.
///
/// Controllers are switched on only when the agent itself lives in a cgroup beside those of the steps
/// (`DelegateSubgroup=agent`): a service manager that starts the agent anew beside living steps could not put it into a
/// cgroup whose children have controllers.
struct CgroupHome: Sendable, Hashable {
  /// The directory; it exists and may be written to.
  let directory: String

  /// Finds the directory; nil when there is none to use.
  init?(_ choice: CgroupChoice) {
    switch choice {
    case .none: return nil
    case .directory(let path):
      guard access(path + "/cgroup.procs", W_OK) == 0 else { return nil }
      directory = AgentSettings.withoutSlash(path)
    case .automatic:
      guard let own = Self.own, let home = Self.home(of: own) else { return nil }
      directory = home
      if home != own { switchOnControllers() }
    }
  }

  /// The cgroup of an assignment.
  func path(of assignment: AssignmentID) -> String { "\(directory)/step-\(assignment.number)" }

  /// Makes an assignment's cgroup; nil when that fails, as after a change of the hierarchy.
  func make(for assignment: AssignmentID) -> String? {
    let path = path(of: assignment)
    if mkdir(path, 0o755) == 0 { return path }
    guard errno == EEXIST else { return nil }
    // Of an earlier assignment of that number, on another control plane: empty, or not ours to use.
    return rmdir(path) == 0 && mkdir(path, 0o755) == 0 ? path : nil
  }

  /// Removes an assignment's cgroup, unless somebody is left in it.
  func remove(_ assignment: AssignmentID) { _ = rmdir(path(of: assignment)) }

  /// Ends everybody in an assignment's cgroup by SIGKILL. The supervisor that would have done it is gone.
  func kill(_ assignment: AssignmentID) {
    let file = open(path(of: assignment) + "/cgroup.kill", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = write(file, "1", 1)
    _ = close(file)
  }

  /// Removes what earlier lives left: the empty ones that `isHeld` does not name.
  func clean(except isHeld: (AssignmentID) -> Bool) {
    for name in DirectoryListing.names(in: directory) where name.hasPrefix("step-") {
      guard let number = Int64(name.dropFirst(5)), !isHeld(AssignmentID(number)) else { continue }
      remove(AssignmentID(number))
    }
  }

  private func switchOnControllers() {
    for controller in ["cpu", "memory", "pids"] {
      let file = open(directory + "/cgroup.subtree_control", O_WRONLY | O_CLOEXEC)
      guard file >= 0 else { return }
      let text = "+" + controller
      _ = write(file, text, text.utf8.count)
      _ = close(file)
    }
  }

  /// This process's cgroup as a directory.
  private static var own: String? {
    guard let bytes = try? SmallFile.read("/proc/self/cgroup") else { return nil }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    where line.hasPrefix("0::/") {
      for mount in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
        let path = AgentSettings.withoutSlash(mount + line.dropFirst(3))
        if path != mount, access(path + "/cgroup.procs", W_OK) == 0 { return path }
      }
    }
    return nil
  }

  /// The delegated directory that an own cgroup is, or is in.
  private static func home(of own: String) -> String? {
    if isDelegated(own) { return own }
    guard own.hasSuffix("/agent") else { return nil }
    let parent = String(own.dropLast("/agent".count))
    return isDelegated(parent) ? parent : nil
  }

  /// systemd marks what it has delegated.
  private static func isDelegated(_ path: String) -> Bool {
    ["user.delegate", "trusted.delegate"].contains { name in
      var value: UInt8 = 0
      return getxattr(path, name, &value, 1) == 1 && value == UInt8(ascii: "1")
    }
  }
}

extension CgroupChoice {
  static var form: ValueForm<CgroupChoice> {
    ValueForm(
      allowed: "auto, none or an absolute path",
      parse: { text in
        switch text {
        case "auto": .automatic
        case "none": CgroupChoice.none
        default: text.hasPrefix("/") ? .directory(text) : nil
        }
      },
      format: { choice in
        switch choice {
        case .automatic: "auto"
        case .none: "none"
        case .directory(let path): path
        }
      })
  }
}
