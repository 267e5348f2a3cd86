public import Execution
public import Model
import Synchronization
public import Wire

/// The agents whose streams this member holds: at most one stream an agent, a newer one replaces an
/// older one.
///
/// Commands wait in the stream's queue until the socket takes them. An agent whose queue is full gets
/// what is in it and is disconnected then: when it is back, its inventory tells what it has not got.
public final class AgentRegistry: AgentCommands {
  private struct Stream {
    var number: UInt64
    var queue: AsyncStream<[UInt8]>.Continuation
    /// Bytes in the queue and on their way into the socket.
    var waitingBytes = 0
  }

  private struct State {
    var streams: [AgentID: Stream] = [:]
    var lastNumber: UInt64 = 0
    var isStopping = false
  }

  private let state = Mutex(State())
  private let queueLimit: Int
  private let byteLimit: Int

  /// - Parameters:
  ///   - queueLimit: how many commands may wait for one agent.
  ///   - byteLimit: how many bytes they may have together; one command may have more.
  public init(queueLimit: Int = 20_000, byteLimit: Int = 64 << 20) {
    self.queueLimit = queueLimit
    self.byteLimit = byteLimit
  }

  /// The agents that are connected to this member, in no order.
  public var connected: [AgentID] { state.withLock { Array($0.streams.keys) } }

  /// Whether this member holds that agent's stream.
  public func isConnected(_ agent: AgentID) -> Bool {
    state.withLock { $0.streams[agent] != nil }
  }

  public func assign(_ assignment: Wire.Assignment, to agent: AgentID) async -> Bool {
    send(.assign(assignment), to: agent)
  }

  public func kill(
    _ assignment: AssignmentID, of execution: ExecutionID, epoch: Epoch, grace: Duration,
    on agent: AgentID
  ) async -> Bool {
    send(
      .kill(
        assignment: assignment, execution: execution, epoch: epoch,
        graceMilliseconds: grace.wholeMilliseconds), to: agent)
  }

  /// Ends an agent's stream. It may come back if its credential is still good.
  public func disconnect(_ agent: AgentID) {
    state.withLock { $0.streams.removeValue(forKey: agent) }?.queue.finish()
  }

  /// Queues a command. False when the agent has no stream here, or has none any more because its queue
  /// was full.
  @discardableResult
  func send(_ command: Command, to agent: AgentID) -> Bool {
    guard let stream = state.withLock({ $0.streams[agent] }) else { return false }
    return yield(CommandFraming.frame(command), to: agent, number: stream.number)
  }

  /// Opens the agent's stream in place of the one it may have; nil when this member is stopping.
  func open(_ agent: AgentID) -> AgentStream? {
    let (commands, queue) = AsyncStream<[UInt8]>.makeStream(
      bufferingPolicy: .bufferingOldest(queueLimit))
    let (number, older) = state.withLock { state -> (UInt64?, Stream?) in
      if state.isStopping { return (nil, nil) }
      state.lastNumber += 1
      let stream = Stream(number: state.lastNumber, queue: queue)
      return (state.lastNumber, state.streams.updateValue(stream, forKey: agent))
    }
    older?.queue.finish()
    guard let number else { return nil }
    return AgentStream(agent: agent, number: number, commands: commands, registry: self)
  }

  /// Forgets a stream, unless a newer one has replaced it.
  func close(_ agent: AgentID, number: UInt64) {
    let closed = state.withLock { state -> Stream? in
      guard state.streams[agent]?.number == number else { return nil }
      return state.streams.removeValue(forKey: agent)
    }
    closed?.queue.finish()
  }

  /// Shows all agents that this member lives.
  func ping() {
    let ping = CommandFraming.frame(.ping)
    for (agent, stream) in state.withLock({ $0.streams }) {
      _ = yield(ping, to: agent, number: stream.number)
    }
  }

  /// The socket has taken so many bytes of a stream.
  func sent(_ bytes: Int, to agent: AgentID, number: UInt64) {
    state.withLock { state in
      guard state.streams[agent]?.number == number else { return }
      state.streams[agent]?.waitingBytes -= bytes
    }
  }

  /// Asks all agents to connect elsewhere, ends their streams and opens no more.
  func sayGoodbye() {
    let streams = state.withLock { state in
      state.isStopping = true
      defer { state.streams = [:] }
      return state.streams.values
    }
    let goodbye = CommandFraming.frame(.goodbye)
    for stream in streams {
      stream.queue.yield(goodbye)
      stream.queue.finish()
    }
  }

  private func yield(_ bytes: [UInt8], to agent: AgentID, number: UInt64) -> Bool {
    let isQueued = state.withLock { state -> Bool in
      guard let stream = state.streams[agent], stream.number == number,
        stream.waitingBytes == 0 || stream.waitingBytes + bytes.count <= byteLimit,
        case .enqueued = stream.queue.yield(bytes)
      else { return false }
      state.streams[agent]?.waitingBytes += bytes.count
      return true
    }
    if !isQueued { close(agent, number: number) }
    return isQueued
  }
}

/// One agent's stream, from its opening until nobody writes it any more.
final class AgentStream: Sendable {
  let agent: AgentID
  let number: UInt64
  /// Framed commands, in their order.
  let commands: AsyncStream<[UInt8]>
  private let registry: AgentRegistry

  init(
    agent: AgentID, number: UInt64, commands: AsyncStream<[UInt8]>, registry: AgentRegistry
  ) {
    self.agent = agent
    self.number = number
    self.commands = commands
    self.registry = registry
  }

  /// The connection may break before anybody reads `commands`.
  deinit { close() }

  func close() { registry.close(agent, number: number) }

  /// The socket has taken these bytes.
  func sent(_ bytes: [UInt8]) { registry.sent(bytes.count, to: agent, number: number) }
}

extension Duration {
  /// Rounded down; 0 for a negative duration.
  var wholeMilliseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return UInt64(seconds) * 1000 + UInt64(attoseconds / 1_000_000_000_000_000)
  }
}
