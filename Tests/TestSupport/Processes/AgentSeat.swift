/// Where an agent of the tests lives: its name, its files and the server that it connects to.
public struct AgentSeat: Sendable {
  public let name: String
  /// Holds the agent's configuration, state and log, and the folder `sockets`.
  let folder: String
  let server: String
  let certificateAuthority: String?

  /// Enrols the agent; it does not run yet. `renewing` gives an enrolled one a new credential.
  public func enrol(with api: APIClient, renewing: Bool = false) async throws {
    let wish = renewing ? #"{"agent":"\#(name)"}"# : "{}"
    let token = try await api.json("POST", "/quarterdeck/agents/enrolment", body: wish).token.text
    let state = "\(folder)/\(name)"
    try writeFile(configuration, "quarterdeck.agent.state.directory=\(state)\n")
    let enrolment = try SpawnedProcess(
      "\(binariesFolder)/quarterdeck-agent",
      [
        "enroll", "--server", server, "--token", token ?? "", "--name", name,
        "--state-dir", state, "--config", configuration,
      ] + (certificateAuthority.map { ["--ca-file", $0] } ?? []), environment: Daemon.environment,
      outputPath: "\(folder)/\(name)-enrolment.log")
    guard await enrolment.wait() == .exited(0) else {
      throw APIClient.UnexpectedAnswer(description: enrolment.output)
    }
  }

  /// Starts the enrolled agent and waits until it is connected.
  public func start(environment: [String: String] = [:]) async throws -> Daemon {
    try await Daemon.start(
      "\(binariesFolder)/quarterdeck-agent", ["run", "--config", configuration],
      name: name, folder: folder, environment: environment)
  }

  private var configuration: String { "\(folder)/\(name).properties" }
}
