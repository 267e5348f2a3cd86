import Daemon
import Logging
import Model
import Synchronization
import Wire

/// Keeps a stream to the control plane open and does what it says, for ever.
struct AgentSession: Sendable {
  let host: StepHost
  let link: any ControlPlaneLink
  let node: Node
  let bootID: String
  let version: String
  let status: DaemonStatus
  /// A random number from 0 up to 1.
  let chance: @Sendable () -> Double
  let logger: Logger

  /// Why a stream ended from this side.
  private enum Ending: Error {
    case goodbye
    case silence(Duration)
  }

  /// Connects, again and again, until the task is cancelled.
  func run() async {
    var backoff = Backoff()
    while !Task.isCancelled {
      let isWelcome = Mutex(false)
      do {
        try await connect { isWelcome.withLock { $0 = true } }
        logger.info("the control plane closed the stream")
      } catch Ending.goodbye {
        logger.info("the member is stopping")
      } catch {
        if !Task.isCancelled { logger.warning("no stream", metadata: ["error": "\(error)"]) }
      }
      if isWelcome.withLock({ $0 }) { backoff.reset() }
      status.update("not connected")
      try? await Task.sleep(for: backoff.next(chance: chance()))
    }
  }

  /// One stream, from its hello to its end.
  private func connect(welcome: @escaping @Sendable () -> Void) async throws {
    let hello = Hello(
      version: version, bootID: bootID, node: node, inventory: await host.inventory())
    let heart = Heart()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await read(hello, heart, welcome) }
      group.addTask { try await watch(heart) }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private func read(
    _ hello: Hello, _ heart: Heart, _ welcome: @escaping @Sendable () -> Void
  ) async throws {
    let framing = Mutex(CommandFraming())
    try await link.stream(hello: hello.bytes) { bytes in
      heart.beat()
      let commands = try framing.withLock { try $0.receive(bytes) }
      for command in commands { try await obey(command, heart, welcome) }
    }
  }

  /// Ends when nothing was heard for three ping intervals.
  private func watch(_ heart: Heart) async throws {
    while true {
      let deadline = heart.deadline
      if ContinuousClock.now >= deadline { throw Ending.silence(heart.patience) }
      try await Task.sleep(until: deadline, clock: .continuous)
    }
  }

  private func obey(
    _ command: Command, _ heart: Heart, _ welcome: @Sendable () -> Void
  ) async throws {
    switch command {
    case .welcome(let member, let interval):
      heart.expect(every: .milliseconds(Int64(clamping: interval)))
      welcome()
      status.update("connected to member \(member)")
      logger.info("connected", metadata: ["member": "\(member)"])
      AgentMemory.letGoOfCode()
    case .assign(let assignment): await host.accept(assignment)
    case .kill(let assignment, let execution, let epoch, let grace):
      await host.kill(assignment, of: execution, epoch: epoch, grace: grace)
    case .forget(let assignment): await host.forget(assignment)
    case .ping:
      if await host.held.isEmpty { AgentMemory.letGoOfCode() }
    case .goodbye: throw Ending.goodbye
    }
  }
}
