import Glibc
import Spool
import StepSupervisor
import Testing

@Suite(.timeLimit(.minutes(10))) struct SupervisorLimitTests {
  private func run(
    _ text: String, grace: UInt64 = 100, _ limits: StepLimitOrder
  ) async throws -> [Frame] {
    try await SupervisedStep.run(
      .shell(text) {
        $0.limits = limits
        $0.graceMilliseconds = grace
      })
  }

  @Test func `files are limited in number and size`() async throws {
    let limits = StepLimitOrder(openFiles: 37, fileBytes: 4096)
    let frames = try await run("ulimit -n; ulimit -Hn; ulimit -f", limits)
    #expect(frames.lines(.stdout) == ["37", "37", "8"])
  }

  @Test(arguments: ["exec head -c 100000 /dev/zero > $F", "head -c 100000 /dev/zero > $F"])
  func `a file that grows too large is the reason`(text: String) async throws {
    let path = "/tmp/quarterdeck-file-\(UInt64.random(in: 0 ... .max))"
    defer { unlink(path) }
    let frames = try await run("F=\(path); \(text)", StepLimitOrder(fileBytes: 8192))
    #expect(frames.end?.reason == .limitExceeded)
    #expect(frames.end?.limit == "file size limit of 8 KiB")
  }

  @Test func `a step that gets by with what its command may not is successful`() async throws {
    let frames = try await run(
      "head -c 100000 /dev/zero > /tmp/quarterdeck-$$; rm /tmp/quarterdeck-$$; true",
      StepLimitOrder(fileBytes: 8192))
    #expect(frames.end == EndedPayload(exitCode: 0, signal: 0, reason: .exited))
  }

  @Test func `too many processes are the reason, and all are ended`() async throws {
    let frames = try await run(
      "trap '' TERM; for i in $(seq 30); do sleep 1000.4711 & echo $!; done; wait", grace: 60_000,
      StepLimitOrder(processes: 12))
    #expect(frames.end?.reason == .limitExceeded)
    #expect(frames.end?.limit == "process limit of 12")
    // A number may be another process's by now, but not with this argument.
    let left = frames.printedProcesses.filter {
      String(decoding: fileBytes("/proc/\($0)/cmdline"), as: UTF8.self).contains("1000.4711")
    }
    #expect(left.isEmpty)
  }

  @Test(.enabled(if: access("/usr/bin/perl", X_OK) == 0))
  func `the processor time of all together is the reason`() async throws {
    let frames = try await run(
      """
      perl -e '1 while (times)[0] < 0.6'; perl -e '1 while (times)[0] < 0.6'
      while :; do sleep 100; done
      """, StepLimitOrder(cpuSeconds: 1))
    #expect(frames.end?.reason == .limitExceeded)
    #expect(frames.end?.limit == "processor time limit of 1 s")
  }

  @Test(
    .enabled(
      if: geteuid() == 0 && access("/usr/bin/perl", X_OK) == 0, "only root may become others"))
  func `who forks faster than it is looked at is held back until it is ended`() async throws {
    let bomb =
      "for (1..2000) { $p = fork; defined $p or die; $p or do { sleep 1000; exit }; print \"$p\\n\" }"
    var order = StepOrder(
      arguments: ["perl", "-e", "$| = 1; \(bomb) sleep 1000"],
      environment: ["PATH=/usr/bin:/bin"], bootID: "boot")
    order.limits.processes = 20
    order.credentials = StepCredentials(
      name: "bomb", user: 54_400, group: 54_400, groups: [], home: "/")
    let frames = try await SupervisedStep.run(order)
    // Either the kernel let no more be forked, which the step failed of, or there was time to look.
    #expect(frames.end?.exitCode != 0 && frames.end?.reason != .killed)
    let processes = Set(frames.printedProcesses)
    #expect(processes.count <= 168)
    // A number may be somebody else's by now, but not that user's.
    let left = processes.filter { process in
      var status = stat()
      return stat("/proc/\(process)", &status) == 0 && status.st_uid == 54_400
    }
    #expect(left.isEmpty)
  }

  @Test(.enabled(if: access("/usr/bin/perl", X_OK) == 0))
  func `too much memory is the reason`() async throws {
    let frames = try await run(
      "perl -e '$x = \"a\" x 150_000_000; sleep 1000' & wait", grace: 60_000,
      StepLimitOrder(memoryBytes: 64 << 20))
    #expect(frames.end?.reason == .limitExceeded)
    #expect(frames.end?.limit == "memory limit of 64 MiB")
  }

  @Test(.enabled(if: access("/usr/bin/perl", X_OK) == 0))
  func `memory that processes share counts once`() async throws {
    let frames = try await run(
      "perl -e '$x = \"a\" x 40_000_000; for (1..5) { fork or do { sleep 1; exit } } 1 while wait > 0'",
      StepLimitOrder(memoryBytes: 120 << 20))
    #expect(frames.end == EndedPayload(exitCode: 0, signal: 0, reason: .exited))
  }
}

@Suite struct SupervisorLimitWatchTests {
  private let all = LimitWatch(
    StepLimitOrder(memoryBytes: 3 << 30, cpuSeconds: 60, processes: 5, fileBytes: 1000))

  @Test func `what is used up to the limit is allowed`() {
    #expect(
      all.excess(TreeSample(tasks: 5, cpuMicroseconds: 59_999_999, memoryBytes: 3 << 30)) == nil)
    #expect(all.excess(TreeSample(memoryBytes: 3 << 30 + 1))?.text == "memory limit of 3 GiB")
    #expect(all.excess(TreeSample(tasks: 6))?.text == "process limit of 5")
    let cpu = all.excess(TreeSample(cpuMicroseconds: 60_000_000))
    #expect(cpu?.text == "processor time limit of 60 s" && cpu?.isUrgent == false)
  }

  @Test func `what the cgroup enforces is not watched`() {
    let watch = LimitWatch(
      StepLimitOrder(memoryBytes: 1, processes: 1), isMemoryEnforced: true,
      areProcessesEnforced: true)
    #expect(!watch.isNeeded && watch.excess(TreeSample(tasks: 9, memoryBytes: 9)) == nil)
    #expect(!LimitWatch(StepLimitOrder(cpuPermille: 1, openFiles: 1, fileBytes: 1)).isNeeded)
  }

  @Test(
    arguments: [
      (-1, 24, "processor time limit of 60 s"), (152, 0, "processor time limit of 60 s"),
      (-1, 25, "file size limit of 1000 bytes"), (153, 0, "file size limit of 1000 bytes"),
      (0, 0, nil), (1, 0, nil), (-1, 9, nil),
    ] as [(Int32, Int32, String?)])
  func `signals of limits are told from others`(code: Int32, signal: Int32, text: String?) {
    #expect(all.verdict(exitCode: code, signal: signal) == text)
  }

  @Test func `what the cgroup refused is the reason of a failure only`() {
    #expect(all.verdict(exitCode: -1, signal: 9, ranOutOfMemory: true) == "memory limit of 3 GiB")
    #expect(all.verdict(exitCode: 2, signal: 0, ranOutOfProcesses: true) == "process limit of 5")
    #expect(
      all.verdict(exitCode: 0, signal: 0, ranOutOfMemory: true, ranOutOfProcesses: true) == nil)
  }
}
