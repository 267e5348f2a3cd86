import Glibc
import Model
import Spool
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Agent

@Suite(.timeLimit(.minutes(10))) struct OutageTests {
  /// A link of which every second report is lost, on its way there or on its answer's way back.
  private final class Flapping: ControlPlaneLink {
    let control: FakeControlPlane
    let count = Mutex(0)

    init(_ control: FakeControlPlane) { self.control = control }

    func stream(
      hello: [UInt8], receive: @Sendable ([UInt8]) async throws -> Void
    ) async throws {}

    func report(_ body: [UInt8]) async throws(AgentError) -> [UInt8] {
      let number = count.withLock {
        $0 += 1
        return $0
      }
      if number % 4 == 1 { throw .unreachable("cut on the way there") }
      let answer = try await control.report(body)
      if number % 4 == 3 { throw .unreachable("cut on the way back") }
      return answer
    }
  }

  @Test func `a link that flaps loses nothing and repeats nothing`() async throws {
    let bench = AgentBench()
    let expected = (1...300_000).map { "\($0)\n" }.joined()
    let link = Flapping(bench.control)
    try await bench.life(over: link) { host in
      for number in 1...3 as ClosedRange<Int64> {
        await host.accept(AgentBench.assignment(number, .shell("seq 1 300000")))
      }
      for number in 1...3 as ClosedRange<Int64> {
        let frames = try await bench.control.finished(AssignmentID(number))
        #expect(frames.text(.stdout) == expected)
        #expect(frames.ended?.exitCode == 0)
      }
    }
    #expect(link.count.withLock { $0 } > 2)
  }

  @Test func `a step whose time is over is ended without a control plane, at its time`()
    async throws
  {
    let bench = AgentBench()
    await bench.control.setAway(true)
    let ended = try await bench.life { host in
      await host.accept(AgentBench.assignment(1, .shell("sleep 1000", grace: 100, timeout: 300)))
      try await waitUntil("the supervisor has ended") {
        await host.held[AssignmentID(1)]?.supervisor ?? 0 < 0
      }
      return WallClock.microseconds
    }
    await bench.control.setAway(false)
    try await bench.life { _ in
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.ended?.reason == .timedOut)
      let times = frames.map(\.time)
      #expect(times == times.sorted() && (times.last ?? .max) <= ended)
      #expect((times.last ?? 0) - times[0] >= 300_000)
    }
  }

  @Test func `both programs are replaced while a step runs, and the same process goes on`()
    async throws
  {
    let directory = temporaryDirectory()
    defer { removeDirectory(directory) }
    let program = directory + "/quarterdeck-supervisor"
    func install() throws {
      let bytes = try SmallFile.read(AgentService.siblingSupervisor)
      try SmallFile.replace(program, with: bytes)
      chmod(program, 0o755)
    }
    try install()
    let bench = AgentBench(program: program)
    let fifo = bench.directory + "/go"
    mkfifo(fifo, 0o600)
    let process = try await bench.life { host in
      let step = StepSpecification.shell("echo 1; sleep 0.2; read x < \(fifo); seq 1 1000; exit 9")
      await host.accept(AgentBench.assignment(1, step))
      return try await bench.control.frames(of: AssignmentID(1)) { $0.text(.stdout) == "1\n" }
        .started?.process
    }
    try install()
    try await bench.life { host in
      await host.accept(AgentBench.assignment(2, .shell("echo new")))
      #expect(try await bench.control.finished(AssignmentID(2)).text(.stdout) == "new\n")
      try await writeLine(to: fifo)
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.started?.process == process)
      #expect(frames.text(.stdout) == "1\n" + (1...1000).map { "\($0)\n" }.joined())
      #expect(frames.ended?.exitCode == 9)
    }
  }
}

@Suite(.timeLimit(.minutes(10))) struct RebootTests {
  private func spool(_ bootID: String, _ rest: [Frame]) -> [UInt8] {
    let intent = AcceptedPayload(bootID: bootID, execution: ExecutionID(1), epoch: Epoch(1))
    let started = StartedPayload(process: 1, supervisor: 1, bootID: bootID)
    let frames =
      [
        Frame(.accepted, time: 1, text: intent.text),
        Frame(.started, time: 2, payload: started.bytes[...]),
      ] + rest
    return SpoolFile.magic + frames.flatMap(\.bytes)
  }

  @Test func `the loss is reported even when the disk kept less than the control plane has`()
    async throws
  {
    let bench = AgentBench()
    let stored = spool("former", (3..<50).map { Frame(.stdout, time: $0, text: "line \($0)\n") })
    await bench.control.preset(AssignmentID(1), stored)
    // Page by page as a crash leaves it: a part, and zeros behind.
    let kept = Array(stored[..<400]) + [UInt8](repeating: 0, count: 300)
    try SmallFile.replace(bench.directory + "/1.spool", with: kept)
    try await bench.life { _ in
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.last?.kind == .lost)
      #expect(frames.last?.text == "the host was restarted while the step ran")
      #expect(frames.count == 50)
    }
  }

  @Test
  func
    `a spool without a beginning that is older than the host's start is lost, a newer one never began`()
    async throws
  {
    let bench = AgentBench()
    for name in ["1", "2"] {
      try SmallFile.replace("\(bench.directory)/\(name).spool", with: [0x51])
    }
    var times = [timespec(tv_sec: 1000, tv_nsec: 0), timespec(tv_sec: 1000, tv_nsec: 0)]
    utimensat(AT_FDCWD, bench.directory + "/1.spool", &times, 0)
    try await bench.life { _ async throws in
      #expect(try await bench.control.finished(AssignmentID(1)).last?.kind == .lost)
      #expect(try await bench.control.finished(AssignmentID(2)).last?.kind == .notStarted)
    }
  }

  @Test func `a spool of a later format is left as it is, and frames of a later kind are kept`()
    async throws
  {
    let bench = AgentBench()
    let foreign = Array("QDSPOOL2 something else".utf8)
    try SmallFile.replace(bench.directory + "/7.spool", with: foreign)
    var later = Frame(.notice, time: 3, text: "later").bytes
    later[4] = 77
    let bytes = spool("boot", []) + later + Frame(.stdout, time: 4, text: "x\n").bytes
    try SmallFile.replace(bench.directory + "/1.spool", with: bytes)
    try await bench.life { host in
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.text(.stdout) == "x\n" && frames.last?.kind == .lost)
      #expect(await host.inventory().contains { $0.assignment == AssignmentID(7) } == false)
    }
    #expect(try SmallFile.read(bench.directory + "/7.spool") == foreign)
  }
}
