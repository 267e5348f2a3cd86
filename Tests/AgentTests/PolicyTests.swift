import Glibc
import Model
import Spool
import StepSupervisor
import Testing
import Wire

@testable import Agent

@Suite(.timeLimit(.minutes(10))) struct PolicyTests {
  private func policy(_ change: (inout LocalPolicy) -> Void) -> LocalPolicy {
    var policy = LocalPolicy()
    change(&policy)
    return policy
  }

  private func refusal(
    _ policy: LocalPolicy, _ change: (inout StepSpecification) -> Void
  ) async throws -> String? {
    var specification = StepSpecification.shell("echo ran")
    change(&specification)
    let frames = try await AgentBench(policy: policy).run(specification)
    #expect(frames.count == 2 || frames.last?.kind == .ended)
    return frames.last?.kind == .notStarted ? frames.last?.text : nil
  }

  @Test func `a project that is not allowed is refused by name, and a pattern allows others`()
    async throws
  {
    let policy = policy { $0.projects = ["web*", "db"] }
    let why = try await refusal(policy) { $0.project = "payroll" }
    #expect(
      why
        == #"project "payroll" is not allowed on this agent: quarterdeck.agent.allow.projects allows web*, db"#
    )
    #expect(try await refusal(policy) { _ in }?.contains("names no project") == true)
    #expect(try await refusal(policy) { $0.project = "web-shop" } == nil)
  }

  @Test func `a step starts only in and below the directories that are allowed, links or not`()
    async throws
  {
    let directory = temporaryDirectory()
    defer { removeDirectory(directory) }
    symlink("/usr", directory + "/way-out")
    let policy = policy { $0.directories = [directory] }
    #expect(try await refusal(policy) { $0.workingDirectory = directory } == nil)
    for elsewhere in ["/", directory + "/way-out", directory + "/..", directory + "-2", nil] {
      let why = try await refusal(policy) { $0.workingDirectory = elsewhere }
      #expect(why?.contains("quarterdeck.agent.allow.directories allows \(directory)") == true)
    }
  }

  @Test func `an unknown user and one that is not allowed are refused with the reason`()
    async throws
  {
    let unknown = try await refusal(LocalPolicy()) { $0.runAs = "nobody-has-this-name" }
    #expect(unknown == #"this host has no user "nobody-has-this-name" to run the step as"#)
    let policy = policy { $0.users = ["deploy"] }
    for user in ["nobody", nil] {
      let why = try await refusal(policy) { $0.runAs = user }
      #expect(why?.contains("quarterdeck.agent.allow.run-as allows deploy") == true)
    }
  }

  @Test func `an agent that is not root becomes nobody else`() throws {
    let refused = #expect(throws: LocalPolicy.Refusal.self) {
      try StepUser.resolve("nobody", LocalPolicy(), own: (12_345, "agent"))
    }
    #expect(refused?.description.contains("only root can become somebody else") == true)
    let own = try StepUser.resolve(nil, LocalPolicy(), own: (12_345, "agent"))
    #expect(own == nil)
  }

  @Test(.enabled(if: geteuid() == 0, "only root can become somebody else"))
  func `a step runs as the user that it names, else as the agent's configuration says`()
    async throws
  {
    let bench = AgentBench(policy: policy { $0.defaultUser = "nobody" })
    chmod(bench.directory, 0o711)
    var script = StepSpecification(arguments: ["\0"])
    script.script = Array("#!/bin/sh\nid -un; echo $HOME $USER; id -G; umask".utf8)
    let frames = try await bench.run(script)
    let lines = frames.text(.stdout).split(separator: "\n")
    let nobody = try StepUser(named: "nobody").credentials
    #expect(lines.first == "nobody")
    #expect(lines.dropFirst().first == "\(nobody.home) nobody")
    #expect(frames.ended?.exitCode == 0)
    script.runAs = "root"
    let root = try await AgentBench(policy: policy { $0.defaultUser = "nobody" }).run(script)
    #expect(root.text(.stdout).hasPrefix("root\n"))
  }

  @Test func `of the job's and the agent's limits the stricter one holds`() async throws {
    let policy = policy { $0.limits = StepLimits(openFiles: 50, fileBytes: 1 << 20) }
    var step = StepSpecification.shell("ulimit -n; ulimit -f")
    step.limits = StepLimits(openFiles: 80, fileBytes: 1 << 19)
    let frames = try await AgentBench(policy: policy).run(step)
    #expect(frames.text(.stdout) == "50\n1024\n")
  }

  @Test func `steps above the limit wait in their order and say so, and can be killed there`()
    async throws
  {
    let bench = AgentBench(policy: policy { $0.steps = 1 })
    let fifo = bench.directory + "/go"
    mkfifo(fifo, 0o600)
    try await bench.life { host in
      await host.accept(AgentBench.assignment(1, .shell("read x < \(fifo)")))
      for number in [2, 3, 4] as [Int64] {
        let step = StepSpecification.shell("echo \(number) >> \(bench.directory)/order")
        await host.accept(AgentBench.assignment(number, step))
        await host.accept(AgentBench.assignment(number, step))
      }
      let said = try await bench.control.condition { $0.waiting == 3 }
      #expect(said.running == 1 && said.stepLimit == 1)
      #expect(
        said.reasons == ["3 steps wait: quarterdeck.agent.steps.limit lets 1 run at once"])
      await host.kill(AssignmentID(3), of: ExecutionID(1), epoch: Epoch(1), grace: 0)
      #expect(try await bench.control.finished(AssignmentID(3)).last?.kind == .notStarted)
      try await writeLine(to: fifo)
      for number in [1, 2, 4] as [Int64] {
        #expect(try await bench.control.finished(AssignmentID(number)).ended?.exitCode == 0)
      }
    }
    let order = try SmallFile.read(bench.directory + "/order")
    #expect(String(decoding: order, as: UTF8.self) == "2\n4\n")
  }

  @Test func `a step whose end was stored before its supervisor ended leaves its place too`()
    async throws
  {
    let bench = AgentBench(policy: policy { $0.steps = 1 })
    let fifo = bench.directory + "/go"
    mkfifo(fifo, 0o600)
    try await bench.life { host in
      await host.accept(AgentBench.assignment(1, .shell("read x < \(fifo)")))
      await host.accept(AgentBench.assignment(2, .shell("echo second")))
      _ = try await bench.control.condition { $0.waiting == 1 }
      await host.endIsStored(of: AssignmentID(1))
      try await writeLine(to: fifo)
      #expect(try await bench.control.finished(AssignmentID(2)).ended?.exitCode == 0)
    }
  }
}

extension StepHost {
  /// The control plane has all of the step, which is to be removed when its supervisor ends.
  fileprivate func endIsStored(of assignment: AssignmentID) {
    held[assignment]?.isFinal = true
    held[assignment]?.isUnwanted = true
  }
}
