import CLinux
import Glibc
import Spool
import StepSupervisor
import TestSupport

/// What a step's supervisor costs: memory while the step runs, and time when it starts.
enum SupervisorBenchmarks {
  static func memory() async throws -> [Figure] {
    let bench = try await Bench(databaseURL: nil, job: Jobs.sleeper)
    let execution = try await bench.api.run(bench.job)
    let pid = try await eventually("a supervisor stands by the step") {
      newestProcess(running: "quarterdeck-supervisor")
    }
    // It settles once its step has been quiet for a moment.
    try await ContinuousClock().sleep(for: .seconds(1))
    let memory = try Memory(of: pid)
    try await bench.api.json("POST", "/execution/\(execution)/abort")
    _ = try await bench.api.ended(execution)
    await bench.stop()
    return [
      Figure(
        name: "one step supervisor: Pss", value: memory.proportional, unit: "MiB",
        reach: .atMost(2))
    ]
  }

  /// `sh -c true` by itself and under a supervisor, in turns: from the start to the end of all processes.
  static func start() async throws -> [Figure] {
    let folder = try makeTemporaryFolder("supervisor")
    defer { removeFolder(folder) }
    var bare: [Double] = []
    var supervised: [Double] = []
    for round in 0..<220 {
      let alone = try milliseconds { try Self.shell() }
      let under = try milliseconds { try Self.supervisor(spool: "\(folder)/\(round).spool") }
      guard round >= 20 else { continue }
      bare.append(alone)
      supervised.append(under)
    }
    let (limit, value) = (median(bare), median(supervised))
    return [
      Figure(
        name: "a step under its supervisor over a bare sh -c true: median", value: value - limit,
        unit: "ms", reach: .atMost(4),
        machine: "\(hundredths(value)) ms; sh -c true: \(hundredths(limit)) ms")
    ]
  }

  private static func milliseconds(_ body: () throws -> pid_t) throws -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    let process = try body()
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1, errno == EINTR {}
    let elapsed = (clock.now - start) / .milliseconds(1)
    guard status == 0 else { throw NeverHappened(description: "a step ends well: \(status)") }
    return elapsed
  }

  private static func shell() throws -> pid_t {
    try spawn("/bin/sh", ["sh", "-c", "true"]) { _ in }
  }

  /// As the agent starts one: the spool and the order as descriptors, all others closed.
  private static func supervisor(spool path: String) throws -> pid_t {
    let spool = open(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
    let order = qd_memfd("order")
    defer { for file in [spool, order] { close(file) } }
    let bytes = StepOrder(
      arguments: ["/bin/sh", "-c", "true"], environment: ["PATH=/usr/bin:/bin"],
      workingDirectory: "/", bootID: "benchmark"
    ).bytes
    guard write(spool, SpoolFile.magic, SpoolFile.magic.count) == SpoolFile.magic.count,
      write(order, bytes, bytes.count) == bytes.count
    else { throw SpawnFailure(executable: path, code: errno) }
    // Above the numbers that they get there, which `dup2` would not clear of close-on-exec.
    let (high, highOrder) = (fcntl(spool, F_DUPFD_CLOEXEC, 64), fcntl(order, F_DUPFD_CLOEXEC, 64))
    defer { for file in [high, highOrder] { close(file) } }
    let program = "\(binariesFolder)/quarterdeck-supervisor"
    return try spawn(program, ["quarterdeck-supervisor", "1"]) { actions in
      posix_spawn_file_actions_adddup2(&actions, high, Supervisor.Descriptor.spool)
      posix_spawn_file_actions_adddup2(&actions, highOrder, Supervisor.Descriptor.order)
      _ = qd_addclosefrom(&actions, Supervisor.Descriptor.order + 1)
    }
  }

  private static func spawn(
    _ program: String, _ words: [String],
    _ prepare: (inout posix_spawn_file_actions_t) -> Void
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    prepare(&actions)
    let argv = words.map { strdup($0) } + [nil]
    let envp = [strdup("PATH=/usr/bin:/bin"), nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, program, &actions, nil, argv, envp)
    guard code == 0 else { throw SpawnFailure(executable: program, code: code) }
    return process
  }

  private static func hundredths(_ value: Double) -> String {
    let number = Int((value * 100).rounded())
    return "\(number / 100).\(number % 100 < 10 ? "0" : "")\(number % 100)"
  }
}
