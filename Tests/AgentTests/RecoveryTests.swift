import Glibc
import Model
import Spool
import TestSupport
import Testing
import Wire

@testable import Agent

@Suite(.timeLimit(.minutes(10))) struct RecoveryTests {
  @Test func `a step outlives its agent, and nothing of it is lost or repeated`() async throws {
    let bench = AgentBench()
    let fifo = bench.directory + "/go"
    mkfifo(fifo, 0o600)
    let process = try await bench.life { host in
      await host.accept(
        AgentBench.assignment(1, .shell("echo before; read x < \(fifo); echo after; exit 4")))
      let frames = try await bench.control.frames(of: AssignmentID(1)) {
        $0.text(.stdout) == "before\n"
      }
      return frames.started?.process ?? 0
    }
    #expect(isAlive(process))
    try await bench.life { host in
      #expect(await host.inventory().map(\.ended) == [false])
      try await writeLine(to: fifo)
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.text(.stdout) == "before\nafter\n")
      #expect(frames.started?.process == process)
      #expect(frames.ended == EndedPayload(exitCode: 4, signal: 0, reason: .exited))
    }
  }

  @Test func `a step that ended while no agent was there is reported by the next one`() async throws
  {
    let bench = AgentBench()
    await bench.control.setAway(true)
    let process = try await bench.life { host in
      await host.accept(AgentBench.assignment(1, .shell("echo x; sleep 0.1; echo y")))
      return await host.held[AssignmentID(1)]?.child ?? 0
    }
    // The number 0 would mean anybody of this process's group.
    if process > 0 { waitpid(process, nil, 0) }
    await bench.control.setAway(false)
    try await bench.life { _ in
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.text(.stdout) == "x\ny\n")
      #expect(frames.ended?.exitCode == 0)
    }
  }

  @Test func `a step found again can be killed`() async throws {
    let bench = AgentBench()
    try await bench.life { host in
      await host.accept(AgentBench.assignment(1, .shell("echo up; sleep 1000")))
      _ = try await bench.control.frames(of: AssignmentID(1)) { $0.text(.stdout) == "up\n" }
    }
    try await bench.life { host async throws in
      await host.kill(AssignmentID(1), of: ExecutionID(1), epoch: Epoch(1), grace: 1000)
      #expect(try await bench.control.finished(AssignmentID(1)).ended?.reason == .killed)
    }
  }

  @Test func `a dead supervisor makes a lost step, and its tree is ended first`() async throws {
    let bench = AgentBench()
    try await bench.life { host in
      await host.accept(
        AgentBench.assignment(
          1, .shell("setsid sleep 1000 & echo $!; sleep 1000 & echo $!; echo $$; wait")))
      let running = try await bench.control.frames(of: AssignmentID(1)) {
        $0.text(.stdout).split(separator: "\n").count == 3
      }
      kill(running.started?.supervisor ?? 0, SIGKILL)
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.last?.kind == .lost)
      #expect(frames.last?.text.hasSuffix("; 3 processes of the step were ended") == true)
      let tree = running.text(.stdout).split(separator: "\n").compactMap { Int32($0) }
      #expect(tree.count == 3 && !tree.contains(where: isAlive))
    }
  }

  @Test func `the script of a step whose supervisor was killed goes too`() async throws {
    let bench = AgentBench()
    try await bench.life { host in
      let script = StepSpecification(
        arguments: ["/bin/sh", "\0"], script: Array("echo up; sleep 1000".utf8),
        scriptExtension: "sh")
      await host.accept(AgentBench.assignment(1, script))
      let running = try await bench.control.frames(of: AssignmentID(1)) {
        $0.text(.stdout) == "up\n"
      }
      let path = "\(bench.directory)/1.script.sh"
      #expect(access(path, F_OK) == 0)
      kill(running.started?.supervisor ?? 0, SIGKILL)
      #expect(try await bench.control.finished(AssignmentID(1)).last?.kind == .lost)
      #expect(access(path, F_OK) != 0)
    }
  }

  @Test func `a tree whose supervisor and agent both died is ended by the next agent`() async throws
  {
    let bench = AgentBench()
    let started = try await bench.life { host in
      await host.accept(AgentBench.assignment(1, .shell("setsid sleep 1000 & echo $!; wait")))
      return try await bench.control.frames(of: AssignmentID(1)) { !$0.text(.stdout).isEmpty }
    }
    kill(started.started?.supervisor ?? 0, SIGKILL)
    waitpid(started.started?.supervisor ?? 0, nil, 0)
    let left = Int32(started.text(.stdout).dropLast()) ?? 0
    #expect(left > 0 && isAlive(left))
    try await bench.life { _ in
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.last?.kind == .lost)
      #expect(!isAlive(left))
    }
  }

  @Test
  func
    `a duplicate starts nothing, neither while the step runs nor afterwards nor in the next life`()
    async throws
  {
    let bench = AgentBench()
    let step = AgentBench.assignment(1, .shell("echo x >> \(bench.directory)/ran; sleep 0.1"))
    try await bench.life { host in
      await host.accept(step)
      await host.accept(step)
      _ = try await bench.control.finished(AssignmentID(1))
      await host.accept(step)
    }
    try await bench.life { host in
      await host.accept(step)
      try await waitUntil("nothing is held") { await host.inventory().isEmpty }
      await host.accept(step)
      #expect(await host.inventory().isEmpty)
    }
    #expect(try SmallFile.read(bench.directory + "/ran").count == 2)
  }

  @Test(arguments: [
    ("other boot", true, "restarted"), ("boot", false, "not known whether"),
    ("boot", true, "supervisor"),
  ])
  func `a spool without an end and without a supervisor is lost, and says why`(
    bootID: String, hasStarted: Bool, why: String
  ) async throws {
    let bench = AgentBench()
    let intent = AcceptedPayload(bootID: bootID, execution: ExecutionID(5), epoch: Epoch(2))
    var bytes = SpoolFile.magic + Frame(.accepted, time: 1, text: intent.text).bytes
    if hasStarted {
      let started = StartedPayload(process: 1, supervisor: 1, bootID: bootID)
      bytes += Frame(.started, time: 2, payload: started.bytes[...]).bytes
    }
    let torn = Frame(.stdout, time: 3, text: "torn\n").bytes.dropLast()
    try SmallFile.replace(bench.directory + "/1.spool", with: bytes + torn)
    try await bench.life { host in
      #expect(await host.inventory().first?.epoch == Epoch(2))
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.last?.kind == .lost)
      #expect(frames.last?.text.contains(why) == true)
      #expect(frames.output(.stdout).isEmpty)
    }
  }

  @Test func `everything arrives after the control plane was away`() async throws {
    let bench = AgentBench()
    await bench.control.setAway(true)
    try await bench.life { host in
      for number in 1...20 {
        await host.accept(AgentBench.assignment(Int64(number), .shell("echo \(number)")))
      }
      await bench.control.setAway(false)
      for number in 1...20 {
        let frames = try await bench.control.finished(AssignmentID(Int64(number)))
        #expect(frames.text(.stdout) == "\(number)\n")
      }
      #expect(await bench.control.repeatedBytes == 0)
    }
  }
}
