import Glibc
import StepSupervisor

/// A user of this host that steps run as.
struct StepUser: Sendable, Hashable {
  let credentials: StepCredentials
  let shell: String

  /// Looks a user up: `getpwnam_r`, `getgrouplist`.
  init(named name: String) throws(LocalPolicy.Refusal) {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16 << 10)
    var code = getpwnam_r(name, &entry, &buffer, buffer.count, &found)
    while code == ERANGE, buffer.count < 4 << 20 {
      buffer = [CChar](repeating: 0, count: buffer.count * 4)
      code = getpwnam_r(name, &entry, &buffer, buffer.count, &found)
    }
    guard code == 0 || code == ENOENT || code == ESRCH else {
      throw LocalPolicy.Refusal(
        "user \(name.debugDescription) cannot be looked up: \(String(cString: strerror(code)))")
    }
    guard found != nil else {
      throw LocalPolicy.Refusal("this host has no user \(name.debugDescription) to run the step as")
    }
    let home = String(cString: entry.pw_dir)
    shell = String(cString: entry.pw_shell)
    credentials = StepCredentials(
      name: name, user: entry.pw_uid, group: entry.pw_gid,
      groups: Self.groups(of: name, with: entry.pw_gid), home: home.isEmpty ? "/" : home)
    // The strings of the entry are in the buffer until here.
    withExtendedLifetime(buffer) {}
  }

  private static func groups(of name: String, with group: gid_t) -> [UInt32] {
    var count: Int32 = 64
    while true {
      var groups = [gid_t](repeating: 0, count: Int(count))
      let room = count
      if getgrouplist(name, group, &groups, &count) >= 0 { return Array(groups[..<Int(count)]) }
      if count <= room { count = room * 2 }
    }
  }

  /// The user that a step runs as; nil when that is the agent's own.
  ///
  /// - Parameters:
  ///   - wanted: by the step; nil: by the policy, else the agent's own.
  ///   - own: the agent's own user number and its name.
  static func resolve(
    _ wanted: String?, _ policy: LocalPolicy, own: (number: uid_t, name: String)
  ) throws(LocalPolicy.Refusal) -> StepUser? {
    let name = wanted ?? policy.defaultUser ?? own.name
    try policy.check(user: name)
    if name == own.name { return nil }
    let user = try StepUser(named: name)
    if user.credentials.user == own.number { return nil }
    guard own.number == 0 else {
      throw LocalPolicy.Refusal(
        "the step cannot run as user \(name.debugDescription): the agent runs as "
          + "\(own.name.debugDescription), and only root can become somebody else")
    }
    return user
  }
}
