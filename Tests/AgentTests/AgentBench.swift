import CLinux
import Glibc
import Logging
import Model
import Spool
import TestSupport
import Testing
import Wire

@testable import Agent

/// An agent without its network: a state directory, a host of steps, and a control plane in memory.
final class AgentBench: Sendable {
  let directory: String
  let control = FakeControlPlane()

  private let environment: [String: String]
  private let policy: LocalPolicy
  private let spool: SpoolRules
  private let program: String
  private let cgroups: CgroupHome?

  /// - Parameters:
  ///   - environment: the agent's own.
  ///   - program: the supervisor's; nil is the one beside the tests.
  init(
    environment: [String: String] = ["PATH": "/usr/bin:/bin"],
    policy: LocalPolicy = LocalPolicy(), spool: SpoolRules = SpoolRules(),
    program: String? = nil, cgroups: CgroupHome? = nil
  ) {
    directory = temporaryDirectory()
    self.environment = environment
    self.policy = policy
    self.spool = spool
    self.program = program ?? AgentService.siblingSupervisor
    self.cgroups = cgroups
  }

  deinit { removeDirectory(directory) }

  /// One life of the agent; when `body` is done the agent is gone and its steps are not.
  func life<R: Sendable>(
    over link: (any ControlPlaneLink)? = nil, _ body: @Sendable (StepHost) async throws -> R
  ) async throws -> R {
    let host = try host()
    await host.listen()
    await host.recover()
    let shipper = SpoolShipper(
      host: host, link: link ?? control, chance: { 0 }, logger: Logger(label: "test"))
    let result = await withTaskGroup(of: Void.self) { group in
      for _ in 0..<2 { group.addTask { await shipper.run() } }
      let result: Result<R, any Error>
      do { result = .success(try await body(host)) } catch { result = .failure(error) }
      group.cancelAll()
      // Also when the body failed: whoever waits for a report would do so for ever.
      await host.stop()
      if case .failure = result { await host.endSteps() }
      return result
    }
    host.thread.stop()
    return try result.get()
  }

  /// Runs one step to its end.
  func run(_ specification: StepSpecification) async throws -> [Frame] {
    try await life { host in
      await host.accept(Self.assignment(1, specification))
      return try await self.control.finished(AssignmentID(1))
    }
  }

  static func assignment(
    _ number: Int64, _ specification: StepSpecification, epoch: Int64 = 1
  ) -> Assignment {
    Assignment(
      id: AssignmentID(number), execution: ExecutionID(1), epoch: Epoch(epoch),
      specification: specification)
  }

  /// The host of steps of a life that a test leads by itself.
  func host() throws -> StepHost {
    let launcher = try SupervisorLauncher(
      program: program, spoolDirectory: directory, bootID: "boot",
      environment: environment, policy: policy, spool: spool, cgroups: cgroups)
    return try StepHost(
      directory: directory, launcher: launcher, bootID: "boot",
      logger: Logger(label: "test"), now: { WallClock.microseconds })
  }
}

extension StepHost {
  /// Nothing of a test that failed goes on, not even steps that wait for room.
  fileprivate func endSteps() {
    for step in held.values where step.supervisor >= 0 {
      let process = SpoolScan(file: step.file).started?.supervisor ?? step.child
      if process > 0 { _ = qd_limit_file_size(process, -1) }
      _ = qd_pidfd_send_value(step.supervisor, SIGTERM, 0)
    }
  }
}

/// Lets whoever reads from a pipe with a name go on, as soon as somebody does.
func writeLine(to fifo: String) async throws {
  let file = try await openedByReader(fifo)
  defer { close(file) }
  try #require(write(file, "\n", 1) == 1)
}

/// The writing end of a pipe with a name, as soon as somebody reads from it. Waits without holding a thread up.
func openedByReader(_ fifo: String) async throws -> Int32 {
  try await eventually("somebody reads from \(fifo)") {
    let file = open(fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    return file >= 0 ? file : nil
  }
}

extension StepSpecification {
  static func shell(_ text: String, grace: UInt64 = 5000, timeout: UInt64? = nil) -> Self {
    StepSpecification(
      arguments: ["sh", "-c", text], graceMilliseconds: grace, timeoutMilliseconds: timeout)
  }
}

/// Whether a process is there and not a zombie.
func isAlive(_ process: pid_t) -> Bool {
  guard let bytes = try? SmallFile.read("/proc/\(process)/stat") else { return false }
  let text = String(decoding: bytes, as: UTF8.self)
  guard let bracket = text.lastIndex(of: ")") else { return false }
  return !text[bracket...].hasPrefix(") Z")
}
