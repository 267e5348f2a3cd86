import Glibc
import TestSupport

extension ChaosRun {
  /// Does it, and undoes it.
  mutating func inflict(_ fault: Fault) async throws {
    switch fault {
    case .killMember(let index, let pause):
      members[index]?.kill()
      try await sleep(milliseconds: pause)
      members[index] = try await cluster.members[index].start()
    case .freezeMember(let index, let pause):
      members[index]?.process.send(SIGSTOP)
      try await sleep(milliseconds: pause)
      members[index]?.process.send(SIGCONT)
    case .cutMember(let index, let pause):
      cluster.members[index].link.cut()
      try await sleep(milliseconds: pause)
      cluster.members[index].link.mend()
    case .rollingRestart:
      for index in cluster.members.indices {
        let ended = await members[index]?.stop()
        guard ended == .exited(0) else {
          throw NeverHappened(description: "orderly stop: \(ended as Any)")
        }
        members[index] = try await cluster.members[index].start()
      }
    case .restartDatabase(let isCrash):
      try await server.restart(immediate: isCrash)
    case .killAgent(let index, let pause):
      agents[index]?.kill()
      try await sleep(milliseconds: pause)
      agents[index] = try await cluster.members[index].agent.start()
    case .calm:
      try await sleep(milliseconds: 2_000)
    }
  }

  private func sleep(milliseconds: Int) async throws {
    try await ContinuousClock().sleep(for: .milliseconds(milliseconds))
  }

  /// Changes a few jobs through members taken at random.
  mutating func edit() async throws {
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let index = Int.random(in: workload.jobs.indices, using: &random)
      let member = Int.random(in: cluster.members.indices, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: workload.jobs[index].isEnabled.toggle()
      case 1:
        let second = Int.random(in: 0..<20, using: &random)
        workload.jobs[index].crontab = "\(second)/20 * * ? * * *"
      default: break
      }
      try await importJob(index, through: cluster.members[member].api)
      report.edits += 1
    }
  }

  /// Imports the job as it is now. Tried again until somebody takes it: members are dying.
  mutating func importJob(_ index: Int, through api: APIClient) async throws {
    let yaml = workload.yaml(index)
    var problem = ""
    for server in [api] + Array(repeating: cluster.api, count: 600) {
      do {
        workload.jobs[index].id = try await server.importJob(yaml, into: Self.project)
        return
      } catch {
        problem = "\(error)"
        try await sleep(milliseconds: 100)
      }
    }
    throw NeverHappened(description: "job \(index) is imported: \(problem)")
  }

  /// Runs a job of some seconds on demand. A run that nobody takes is no failure here.
  mutating func runLong() async throws {
    let seconds = Int.random(in: 4...15, using: &random)
    guard
      let job = try? await cluster.api.importJob(
        workload.longJob(seconds: seconds), into: Self.project),
      let execution = try? await cluster.api.run(job)
    else { return }
    report.longRuns.append(execution)
  }
}
