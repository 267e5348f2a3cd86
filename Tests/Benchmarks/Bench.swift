import TestSupport

/// A control plane, one agent and one job, all running.
struct Bench {
  let installation: Installation
  let member: Daemon
  let agent: Daemon
  let job: String
  var api: APIClient { installation.api }

  init(
    databaseURL: String?, job definition: String, settings: [String: String] = [:]
  ) async throws {
    installation = try Installation(
      databaseURL: databaseURL,
      settings: settings.merging(["quarterdeck.log.level": "warning"]) { given, _ in given })
    member = try await installation.startControlPlane()
    try await installation.enrolAgent()
    agent = try await installation.startAgent()
    try await installation.api.createProject("bench")
    job = try await installation.api.importJob(definition, into: "bench")
  }

  func stop() async {
    await agent.stop()
    await member.stop()
  }
}
