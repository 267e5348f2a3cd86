import Glibc
import Model
import Spool
import TestSupport
import Testing
import Wire

@testable import Agent

@Suite(.timeLimit(.minutes(10))) struct SpoolRoomTests {
  private static let lines = (1...400_000).map { "\($0)\n" }.joined()

  private func rules(_ change: (inout SpoolRules) -> Void) -> SpoolRules {
    var rules = SpoolRules()
    change(&rules)
    return rules
  }

  @Test func `what is left is what the total and the reserve both leave`() {
    let rules = rules {
      $0.total = 1000 << 20
      $0.reserve = 100 << 20
    }
    let room = SpoolRoom(used: 200 << 20, free: 500 << 20, rules: rules)
    #expect(room.rest == 400 << 20 && !room.isFull && room.complaint == nil)
    #expect(room.share(of: 4) == 100 << 20)
    let byTotal = SpoolRoom(used: 2000 << 20, free: 500 << 20, rules: rules)
    #expect(byTotal.isFull && byTotal.rest == 0)
    #expect(byTotal.complaint?.contains("quarterdeck.agent.spool.limit.total") == true)
    let byReserve = SpoolRoom(used: 0, free: 50 << 20, rules: rules)
    #expect(byReserve.isFull)
    #expect(byReserve.complaint?.contains("quarterdeck.agent.spool.reserve") == true)
    let unlimited = SpoolRoom(used: 0, free: 1 << 50, rules: SpoolRules())
    #expect(unlimited.share(of: 1000) == nil && !unlimited.isFull)
  }

  @Test func `the usual reserve is a tenth of a small disk, and a configured one is kept as it is`()
  {
    let usual = rules {
      $0.reserve = SpoolRules.usualReserve
      $0.isReserveScaled = true
    }
    #expect(usual.fitted(to: 4_000_000).reserve == 400_000)
    #expect(usual.fitted(to: 1 << 40).reserve == 64 << 20)
    #expect(rules { $0.reserve = 64 << 20 }.fitted(to: 4_000_000).reserve == 64 << 20)
  }

  @Test func `what supervisors reserve ahead leaves room, and what is stored is still given back`()
  {
    let rules = rules { $0.total = 3 << 20 }
    let room = SpoolRoom(used: 0, free: 1 << 40, rules: rules, taken: 3 << 20)
    #expect(room.share(of: 3) == 1 << 20 && !room.isFull && room.isTight)
  }

  @Test func `a step that prints more than its limit goes on while the control plane stores`()
    async throws
  {
    let bench = AgentBench(spool: rules { $0.limit = 1 << 20 })
    try await bench.life { host in
      await host.accept(AgentBench.assignment(1, .shell("seq 1 400000")))
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.text(.stdout) == Self.lines)
      #expect(frames.ended?.exitCode == 0)
    }
  }

  @Test
  func `a step at its limit waits through an outage and the agent's restart, and loses nothing`()
    async throws
  {
    let bench = AgentBench(spool: rules { $0.limit = 1 << 20 })
    let path = bench.directory + "/1.spool"
    try await bench.life { host in
      // In the middle of the output, however slow this test is meanwhile.
      await bench.control.leave(after: 1 << 20)
      await host.accept(AgentBench.assignment(1, .shell("seq 1 600000")))
      let condition = try await eventually("the step is held up") {
        let condition = await host.condition()
        return condition.blocked > 0 ? condition : nil
      }
      #expect(condition.blocked == 1 && condition.spoolBytes <= 2 << 20)
      #expect(condition.reasons.first?.contains("cannot go on until") == true)
    }
    var status = stat()
    stat(path, &status)
    // With what the supervisor has reserved for what comes next.
    #expect(status.st_blocks * 512 <= 2 << 20)
    await bench.control.setAway(false)
    try await bench.life { _ in
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.text(.stdout) == (1...600_000).map { "\($0)\n" }.joined())
      #expect(frames.ended?.exitCode == 0)
    }
  }

  @Test func `all spools together are held back at their limit, and everything arrives`()
    async throws
  {
    let bench = AgentBench(spool: rules { $0.total = 3 << 20 })
    await bench.control.setAway(true)
    try await bench.life { host in
      let go = bench.directory + "/go"
      let step = StepSpecification.shell("while [ ! -e \(go) ]; do sleep 0.02; done; seq 1 400000")
      for number in 1...3 as ClosedRange<Int64> {
        await host.accept(AgentBench.assignment(number, step))
      }
      // None is over before the room is looked at.
      try await waitUntil("all of them have their room") {
        await host.held.values.count(where: { $0.growsTo != nil }) == 3
      }
      try SmallFile.replace(go, with: [])
      try await waitUntil("all are held up") { await host.blockedCount == 3 }
      try await waitUntil("there is no room") { await host.room().isFull }
      // What was written before the first look, and what supervisors reserve ahead, comes on top.
      #expect(await host.condition().spoolBytes <= 12 << 20)
      await host.accept(AgentBench.assignment(4, .shell("echo late")))
      #expect(await host.postponed.count == 1)
      await bench.control.setAway(false)
      for number in 1...3 as ClosedRange<Int64> {
        #expect(try await bench.control.finished(AssignmentID(number)).text(.stdout) == Self.lines)
      }
      #expect(try await bench.control.finished(AssignmentID(4)).text(.stdout) == "late\n")
    }
  }

  @Test func `what a truncating agent drops is marked, counted and said`() async throws {
    let bench = AgentBench(
      spool: rules {
        $0.limit = 512 << 10
        $0.full = .truncate
      })
    await bench.control.setAway(true)
    try await bench.life { host in
      await host.accept(AgentBench.assignment(1, .shell("seq 1 400000")))
      try await waitUntil("the supervisor has ended") {
        await host.held[AssignmentID(1)]?.supervisor ?? 0 < 0
      }
      await bench.control.setAway(false)
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.ended?.exitCode == 0)
      let kept = frames.output(.stdout).count
      let dropped = frames.filter { $0.kind == .dropped }
        .compactMap { try? DroppedPayload($0.payload).count }.reduce(0, +)
      #expect(kept + Int(dropped) == Self.lines.utf8.count)
      let said = try await bench.control.condition { $0.droppedBytes == dropped }
      #expect(said.reasons.last?.contains("of output were dropped") == true)
    }
  }

  @Test func `what stands for lost bytes has exactly their length`() throws {
    for count in Array(16...2000) + [1 << 20, 1 << 20 + 1, 1 << 20 + 20, 5 << 20 + 7] {
      let bytes = StepHost.filler(count, at: 1)
      #expect(bytes.count == count)
      var reader = FrameReader(bytes)
      while try reader.next() != nil {}
      #expect(reader.consumed == count)
    }
  }

  @Test func `a condition is news when more than its sizes have moved a little`() {
    let said = AgentCondition(spoolBytes: 100 << 20, freeBytes: 1000 << 20, running: 1)
    var now = said
    now.spoolBytes += 5 << 20
    now.freeBytes -= 50 << 20
    #expect(!now.isNews(after: said))
    now.freeBytes -= 100 << 20
    #expect(now.isNews(after: said))
    var stopped = said
    stopped.running = 0
    #expect(stopped.isNews(after: said))
  }
}
