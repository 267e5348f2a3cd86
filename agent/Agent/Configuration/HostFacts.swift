import Glibc

/// What the host says about itself, in the words of Rundeck's node attributes.
public struct HostFacts: Sendable, Hashable {
  public var hostname: String
  /// Linux's name of the processor, `x86_64` written as `amd64` as Rundeck has it.
  public var architecture: String
  /// The kernel's release.
  public var kernel: String
  public var username: String
  /// Differs after each boot of the host.
  public var bootID: String

  public init(
    hostname: String, architecture: String, kernel: String, username: String, bootID: String
  ) {
    self.hostname = hostname
    self.architecture = architecture == "x86_64" ? "amd64" : architecture
    self.kernel = kernel
    self.username = username
    self.bootID = bootID
  }

  /// Asks the host.
  public static func current() -> HostFacts {
    var system = utsname()
    uname(&system)
    return HostFacts(
      hostname: text(of: &system.nodename), architecture: text(of: &system.machine),
      kernel: text(of: &system.release), username: user,
      bootID: readBootID())
  }

  /// As attributes of a node.
  public var attributes: [String: String] {
    [
      "hostname": hostname, "osFamily": "unix", "osName": "Linux", "osArch": architecture,
      "osVersion": kernel, "username": username,
    ]
  }

  private static var user: String {
    guard let entry = getpwuid(geteuid()) else { return String(geteuid()) }
    return String(cString: entry.pointee.pw_name)
  }

  private static func readBootID() -> String {
    let bytes = (try? SmallFile.read("/proc/sys/kernel/random/boot_id")) ?? []
    return String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
  }

  private static func text<T>(of field: inout T) -> String {
    withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
