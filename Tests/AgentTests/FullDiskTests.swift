import Glibc
import Model
import Spool
import TestSupport
import Testing
import Wire

@testable import Agent

/// A spool that cannot grow and a directory that takes no more files.
@Suite(.timeLimit(.minutes(10))) struct FullDiskTests {
  /// Stops its own supervisor's spool from growing, then prints more than the pipe holds.
  private static let flood = StepSpecification.shell(
    "prlimit --fsize=4096: --pid $PPID; seq 1 100000; echo end >&2", grace: 200)

  /// Waits until the spool is as large as it may be, which nothing signals.
  private func full(_ host: StepHost) async throws -> Int32 {
    try await waitUntil("the spool is full") {
      await host.held[AssignmentID(1)]?.size == 4096
    }
    return try #require(
      await host.held[AssignmentID(1)].flatMap { SpoolScan(file: $0.file).started?.supervisor })
  }

  private func relieve(
    _ supervisor: Int32, _ bench: AgentBench, _ host: StepHost
  ) async throws {
    let order = "prlimit --fsize=unlimited: --pid \(supervisor)"
    await host.accept(AgentBench.assignment(2, .shell(order)))
    #expect(try await bench.control.finished(AssignmentID(2)).ended?.exitCode == 0)
  }

  @Test func `a step waits while its spool cannot grow, and loses nothing`() async throws {
    let bench = AgentBench()
    try await bench.life { host in
      await host.accept(AgentBench.assignment(1, Self.flood))
      try await relieve(try await full(host), bench, host)
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.text(.stdout) == (1...100_000).map { "\($0)\n" }.joined())
      #expect(frames.text(.stderr) == "end\n")
      #expect(frames.ended?.exitCode == 0)
    }
  }

  @Test func `a step whose spool cannot grow can be killed, and its end is told at once`()
    async throws
  {
    let bench = AgentBench()
    try await bench.life { host in
      await host.accept(AgentBench.assignment(1, Self.flood))
      _ = try await full(host)
      let process = try #require(
        await host.held[AssignmentID(1)].flatMap { SpoolScan(file: $0.file).started?.process })
      await host.kill(AssignmentID(1), of: ExecutionID(1), epoch: Epoch(1), grace: 100)
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.ended?.reason == .killed && !isAlive(process))
      #expect(frames.dropLast().last?.kind == .dropped)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root may mount"))
  func `on a full disk steps wait to be started, or are refused when they are killed meanwhile`()
    async throws
  {
    let bench = AgentBench()
    try #require(mount("tmpfs", bench.directory, "tmpfs", 0, "size=64k") == 0)
    defer { umount2(bench.directory, Int32(MNT_DETACH)) }
    try await bench.life { host in
      let ballast = bench.directory + "/ballast"
      try fill(ballast)
      for number in [1, 2] as [Int64] {
        await host.accept(AgentBench.assignment(number, .shell("echo hi")))
      }
      await host.kill(AssignmentID(2), of: ExecutionID(1), epoch: Epoch(1), grace: 0)
      #expect(await host.held.isEmpty)
      #expect(await host.postponed.count == 2)
      unlink(ballast)
      #expect(try await bench.control.finished(AssignmentID(1)).text(.stdout) == "hi\n")
      #expect(try await bench.control.finished(AssignmentID(2)).last?.kind == .notStarted)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root may mount"))
  func `finished steps make room on a full disk`() async throws {
    let bench = AgentBench()
    try #require(mount("tmpfs", bench.directory, "tmpfs", 0, "size=64k") == 0)
    defer { umount2(bench.directory, Int32(MNT_DETACH)) }
    await bench.control.setAway(true)
    try await bench.life { host in
      await host.accept(AgentBench.assignment(1, .shell("echo hi")))
      try await waitUntil("the supervisor has ended") {
        await host.held[AssignmentID(1)]?.supervisor == -1
      }
      try fill(bench.directory + "/ballast")
      await bench.control.setAway(false)
      _ = try await bench.control.finished(AssignmentID(1))
      try await waitUntil("nothing is held") { await host.held.isEmpty }
      #expect(await host.finished.contains(AssignmentID(1)))
      #expect(!DirectoryListing.names(in: bench.directory).contains("1.spool"))
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root may mount"))
  func `a small disk holds a step up that prints more than it has room for, and loses nothing`()
    async throws
  {
    var usual = SpoolRules()
    usual.reserve = SpoolRules.usualReserve
    usual.isReserveScaled = true
    let rules = usual.fitted(to: 4 << 20)
    let bench = AgentBench(spool: rules)
    try #require(mount("tmpfs", bench.directory, "tmpfs", 0, "size=4m") == 0)
    defer { umount2(bench.directory, Int32(MNT_DETACH)) }
    await bench.control.setAway(true)
    try await bench.life { host in
      await host.accept(AgentBench.assignment(1, .shell("seq 1 1500000")))
      try await waitUntil("the step is held up") { await host.isHeldUp }
      #expect(SpoolRoom.free(at: bench.directory) < rules.reserve + (64 << 10))
      await bench.control.setAway(false)
      let frames = try await bench.control.finished(AssignmentID(1))
      #expect(frames.text(.stdout) == (1...1_500_000).map { "\($0)\n" }.joined())
      try await waitUntil("nothing is held") { await host.held.isEmpty }
    }
    #expect(SpoolRoom.free(at: bench.directory) > 4_000_000)
  }

  /// Writes a file that takes all the room there is.
  private func fill(_ path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT, 0o600)
    let block = [UInt8](repeating: 1, count: 4096)
    while write(file, block, block.count) > 0 {}
    let code = errno
    close(file)
    try #require(code == ENOSPC)
  }
}

extension StepHost {
  /// Whether a step waits because the disk has no more room.
  fileprivate var isHeldUp: Bool { room().isFull && blockedCount > 0 }
}
