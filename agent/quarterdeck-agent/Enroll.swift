import Agent
import ArgumentParser
import Daemon

/// `quarterdeck-agent enroll`: gets this host's agent its credential.
struct Enroll: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Enrol this host's agent with a one-time token.",
    discussion: """
      An administrator gets a token from the control plane: POST /api/59/quarterdeck/agents/enrolment. The credential is kept in the \
      state directory, readable by its owner only, so enrol as the user that the agent runs as. Then start the agent.
      """)

  @Option(help: "The control plane's address, such as https://quarterdeck.example.org.")
  var server: String

  @Option(help: "The one-time token that the control plane gave out.")
  var token: String

  @Option(
    help: "The name of this agent's node. (default: quarterdeck.agent.name, else the host's name)")
  var name: String?

  @Option(
    help:
      "A PEM file with the only certificates to trust. (default: quarterdeck.agent.ca.file, else the system's)"
  )
  var caFile: String?

  @Option(
    help:
      "Where the credential and the spools are kept. (default: quarterdeck.agent.state.directory)")
  var stateDir: String?

  @Option(
    help: "The configuration file, in the syntax of .properties. (default: the environment alone)")
  var config: String?

  func run() async throws {
    var settings = AgentSettings(try AgentKeys.schema.load(file: config))
    settings.stateDirectory = stateDir ?? settings.stateDirectory
    settings.name = name ?? settings.name
    guard server.hasPrefix("http://") || server.hasPrefix("https://") else {
      throw ValidationError("--server takes a URL that begins with http:// or https://")
    }
    let server = AgentSettings.withoutSlash(server)
    let facts = HostFacts.current()
    if let problem = settings.nameProblem(facts) {
      throw ValidationError("\(problem); name the agent with --name")
    }
    let enrolment = Enrolment(
      client: AgentService.client(certificateFile: caFile ?? settings.certificateFile),
      facts: facts)
    var credential = try await enrolment.enrol(
      server: server, token: token, node: settings.node(facts), version: AgentVersion.current)
    credential.certificateFile = caFile.map(AgentSettings.absolutePath)
    try credential.save(to: settings.stateDirectory)
    print("enrolled as \(credential.name) (\(credential.agent)) at \(server)")
  }
}
