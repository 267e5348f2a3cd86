import Glibc
public import Model

/// What enrolment gave an agent: who it is, its secret, and where it enrolled.
public struct AgentCredential: Sendable, Hashable {
  public var agent: AgentID
  public var secret: String
  /// The name that it enrolled with.
  public var name: String
  /// The address that it enrolled at.
  public var server: String

  /// The certificates that it trusted at its enrolment; holds until the configuration names others.
  public var certificateFile: String?

  public init(
    agent: AgentID, secret: String, name: String, server: String, certificateFile: String? = nil
  ) {
    self.agent = agent
    self.secret = secret
    self.name = name
    self.server = server
    self.certificateFile = certificateFile
  }

  /// The value of `Authorization`.
  public var authorization: String { "Bearer \(agent.text):\(secret)" }

  /// Where the credential is, below the state directory.
  public static func path(in stateDirectory: String) -> String { stateDirectory + "/credential" }

  /// Reads the credential, or returns nil when the agent was never enrolled.
  public static func load(from stateDirectory: String) throws(AgentError) -> AgentCredential? {
    let path = path(in: stateDirectory)
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try SmallFile.read(path)
    } catch {
      if error.code == ENOENT { return nil }
      throw .file(error)
    }
    var fields: [Substring: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { fields[parts[0]] = String(parts[1]) }
    }
    guard let agent = fields["agent"], let secret = fields["secret"], let name = fields["name"],
      let server = fields["server"]
    else { throw .badCredential(path) }
    return AgentCredential(
      agent: AgentID(agent), secret: secret, name: name, server: server,
      certificateFile: fields["caFile"])
  }

  /// Writes the credential with mode 0600 into the state directory, which is made with mode 0700.
  public func save(to stateDirectory: String) throws(AgentError) {
    var text = "agent=\(agent.text)\nsecret=\(secret)\nname=\(name)\nserver=\(server)\n"
    if let certificateFile { text += "caFile=\(certificateFile)\n" }
    do throws(SystemError) {
      try SmallFile.makeDirectory(stateDirectory)
      try SmallFile.replace(Self.path(in: stateDirectory), with: Array(text.utf8))
    } catch {
      throw .file(error)
    }
  }
}
