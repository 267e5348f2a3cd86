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
  /// How long the agent may be silent; nil: as the control plane's configuration says.
  var awayAfter: Duration?
  var lostAfter: Duration?

  /// Why a stream ended from this side.
  private enum Ending: Error {
    case goodbye
    case silence(Duration)
  }

  /// Connects, again and again, until the task is cancelled.
  ///
  /// A goodbye is followed by the next attempt at once, unless it came to such an attempt; everything else by
  /// the back-off's wait. A failure that repeats itself is a warning once and then a line at level debug.
  func run() async {
    var backoff = Backoff()
    var isAtOnce = false
    var complaint: String?
    while !Task.isCancelled {
      let isWelcome = Mutex(false)
      let failure = await ending { isWelcome.withLock { $0 = true } }
      if Task.isCancelled { return }
      status.update("not connected")
      if isWelcome.withLock({ $0 }) {
        backoff.reset()
        complaint = nil
      }
      isAtOnce = failure == nil && !isAtOnce
      if let failure {
        log(failure, isNews: failure != complaint)
        complaint = failure
      }
      if !isAtOnce { try? await Task.sleep(for: backoff.next(chance: chance())) }
    }
  }

  /// Why a stream ended, or nil when the member said goodbye.
  private func ending(_ welcome: @escaping @Sendable () -> Void) async -> String? {
    do {
      try await connect(welcome: welcome)
      return "the control plane closed the stream"
    } catch Ending.goodbye {
      logger.info("the member is stopping")
      return nil
    } catch Ending.silence(let patience) {
      return "nothing was heard for \(patience)"
    } catch {
      return "\(error)"
    }
  }

  private func log(_ failure: String, isNews: Bool) {
    logger.log(
      level: isNews ? .warning : .debug, "not connected; trying again",
      metadata: ["reason": "\(failure)"])
  }

  /// One stream, from its hello to its end.
  private func connect(welcome: @escaping @Sendable () -> Void) async throws {
    let hello = Hello(
      version: version, bootID: bootID, node: node, inventory: await host.inventory(),
      awayAfterMilliseconds: awayAfter.map(Self.milliseconds),
      lostAfterMilliseconds: lostAfter.map(Self.milliseconds), takesFiles: true)
    let heart = Heart()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await read(hello, heart, welcome) }
      group.addTask { try await watch(heart) }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private static func milliseconds(_ duration: Duration) -> UInt64 {
    UInt64(clamping: duration.components.seconds) * 1000
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
      try await Task.sleep(until: heart.nextLook, clock: .continuous)
    }
  }

  private func obey(
    _ command: Command, _ heart: Heart, _ welcome: @Sendable () -> Void
  ) async throws {
    switch command {
    case .welcome(let member, let interval):
      heart.expect(every: .milliseconds(Int64(clamping: interval)))
      welcome()
      await host.stateAnew()
      status.update("connected to member \(member)")
      logger.info("connected", metadata: ["member": "\(member)"])
      ProcessMemory.settle()
    case .assign(let assignment): await host.accept(assignment)
    case .kill(let assignment, let execution, let epoch, let grace):
      await host.kill(assignment, of: execution, epoch: epoch, grace: grace)
    case .adopted(let execution, let epoch): await host.learn(epoch, of: execution)
    case .forget(let assignment): await host.forget(assignment)
    case .ping:
      if await host.becameIdle() { ProcessMemory.settle() }
    case .goodbye: throw Ending.goodbye
    }
  }
}
