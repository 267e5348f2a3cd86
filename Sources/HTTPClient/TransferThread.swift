import CCurl
import Glibc
import Synchronization

/// The way to the event thread: commands go into a queue, and a wake-up follows.
final class TransferThread: Sendable {
  /// What the event thread is asked to do.
  enum Command: Sendable {
    case start(Exchange)
    case cancel(Exchange)
    case resumeReceiving(Exchange)
    case resumeSending(Exchange)
  }

  private enum Phase {
    case asleep
    case running(MultiHandle)
    case stopped
  }

  private struct State {
    var phase = Phase.asleep
    var commands: [Command] = []
  }

  private let configuration: HTTPClientConfiguration
  private let state = Mutex(State())

  init(configuration: HTTPClientConfiguration) { self.configuration = configuration }

  /// Queues a command; the thread starts with the first. After `stop()` a transfer fails with `shutDown`.
  func submit(_ command: Command) {
    let isAccepted = state.withLock { state in
      switch state.phase {
      case .asleep:
        guard case .start = command else { return true }
        guard let multi = launch() else { return false }
        state.phase = .running(multi)
        state.commands.append(command)
      case .running(let multi):
        state.commands.append(command)
        if state.commands.count == 1 { multi.wake() }
      case .stopped:
        return false
      }
      return true
    }
    if !isAccepted, case .start(let exchange) = command { exchange.refuse() }
  }

  /// Ends every transfer and the thread. Later calls change nothing.
  func stop() {
    state.withLock { state in
      if case .running(let multi) = state.phase { multi.wake() }
      state.phase = .stopped
    }
  }

  /// The queued commands, or nil when the thread shall end. Event thread only.
  func takeCommands() -> [Command]? {
    state.withLock { state in
      if case .stopped = state.phase { return nil }
      defer { state.commands = [] }
      return state.commands
    }
  }

  /// The commands that came too late to be carried out.
  func takeLateCommands() -> [Command] {
    state.withLock { state in
      defer { state.commands = [] }
      return state.commands
    }
  }

  private func launch() -> MultiHandle? {
    guard let multi = MultiHandle.make(keptConnections: configuration.keptConnections) else {
      return nil
    }
    let loop = TransferLoop(multi: multi, thread: self, configuration: configuration)
    guard startThread({ loop.run() }) else {
      multi.free()
      return nil
    }
    return multi
  }

  /// Starts a detached thread of 512 KiB stack that no signal is delivered to.
  private func startThread(_ body: @escaping () -> Void) -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 512 * 1024)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let box = Unmanaged.passRetained(ThreadBody(body))
    var thread = pthread_t()
    let result = pthread_create(
      &thread, &attributes,
      { argument in
        Unmanaged<ThreadBody>.fromOpaque(argument!).takeRetainedValue().body()
        return nil
      }, box.toOpaque())
    if result != 0 { box.release() }
    return result == 0
  }
}

private final class ThreadBody {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}

extension Exchange {
  /// Fails because the client has no thread any more.
  func refuse() { finish(.failure(failure(.shutDown, "the client was shut down"))) }
}
