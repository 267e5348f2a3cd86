public import Cluster
public import Execution
public import Model
import Synchronization
public import Wire

/// The agents whose streams this member holds: at most one stream an agent, a newer one replaces an
/// older one.
///
/// Commands wait in the stream's queue until the socket takes them. An agent whose queue is full gets
/// what is in it and is disconnected then: when it is back, its inventory tells what it has not got.
///
/// A member that holds no term opens no stream and sends no orders.
public final class AgentRegistry: AgentCommands {
  struct Stream {
    var number: Int64
    var queue: AsyncStream<OutgoingCommand>.Continuation
    /// Bytes in the queue and on their way into the socket.
    var waitingBytes = 0
    /// Whether the store says that this member holds the agent's stream.
    var isNoted = false
    /// The orders that this stream has carried on behalf of the store's rows and that are open still.
    var carried: Set<AgentOrder> = []
    /// Whether the agent fetches the files that steps are given.
    var takesFiles = false
  }

  struct State {
    var streams: [AgentID: Stream] = [:]
    var lastNumber: Int64 = 0
    var isStopping = false
  }

  let state = Mutex(State())
  private let queueLimit: Int
  private let byteLimit: Int
  private let terms: CurrentTerm?

  /// - Parameters:
  ///   - queueLimit: how many commands may wait for one agent.
  ///   - byteLimit: how many bytes they may have together; one command may have more.
  ///   - terms: the member's; nil for a registry that may always act, for tests.
  public init(
    queueLimit: Int = 20_000, byteLimit: Int = 64 << 20, terms: CurrentTerm? = nil
  ) {
    self.queueLimit = queueLimit
    self.byteLimit = byteLimit
    self.terms = terms
  }

  /// Whether this member may tell agents what to do: it holds its term.
  var mayOrder: Bool { terms.map { $0.held != nil } ?? true }

  /// The agents that are connected to this member, in no order.
  public var connected: [AgentID] { state.withLock { Array($0.streams.keys) } }

  /// Whether this member holds that agent's stream.
  public func isConnected(_ agent: AgentID) -> Bool {
    state.withLock { $0.streams[agent] != nil }
  }

  public func assign(_ assignment: Wire.Assignment, to agent: AgentID) async -> Bool {
    canTake(assignment.specification, agent) && send(.assign(assignment), to: agent)
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

  public func adopted(
    _ execution: ExecutionID, epoch: Epoch, on agent: AgentID
  ) async -> Bool {
    send(.adopted(execution: execution, epoch: epoch), to: agent)
  }

  /// Whether the agent knows all that the step needs. One that is not connected here may.
  func canTake(_ specification: StepSpecification, _ agent: AgentID) -> Bool {
    specification.files.isEmpty || state.withLock { $0.streams[agent]?.takesFiles ?? true }
  }

  /// Ends an agent's stream. It may come back if its credential is still good.
  public func disconnect(_ agent: AgentID) {
    state.withLock { $0.streams.removeValue(forKey: agent) }?.queue.finish()
  }

  /// Queues a command. False when the agent has no stream here, or has none any more because its queue
  /// was full, or when it is an order and this member holds no term.
  @discardableResult
  func send(_ command: Command, to agent: AgentID) -> Bool {
    guard !command.isOrder || mayOrder else { return false }
    guard let stream = state.withLock({ $0.streams[agent] }) else { return false }
    let outgoing = OutgoingCommand(
      bytes: CommandFraming.frame(command), isOrder: command.isOrder)
    return yield(outgoing, to: agent, number: stream.number)
  }

  /// Opens the agent's stream in place of the one it may have; nil when this member is stopping or
  /// holds no term.
  func open(_ agent: AgentID, takesFiles: Bool = false) -> AgentStream? {
    let (commands, queue) = AsyncStream<OutgoingCommand>.makeStream(
      bufferingPolicy: .bufferingOldest(queueLimit))
    let mayOpen = mayOrder
    let (number, older) = state.withLock { state -> (Int64?, Stream?) in
      if state.isStopping || !mayOpen { return (nil, nil) }
      state.lastNumber += 1
      let stream = Stream(number: state.lastNumber, queue: queue, takesFiles: takesFiles)
      return (state.lastNumber, state.streams.updateValue(stream, forKey: agent))
    }
    older?.queue.finish()
    guard let number else { return nil }
    return AgentStream(agent: agent, number: number, commands: commands, registry: self)
  }

  /// Forgets a stream, unless a newer one has replaced it. True when it was there.
  @discardableResult
  func close(_ agent: AgentID, number: Int64) -> Bool {
    let closed = state.withLock { state -> Stream? in
      guard state.streams[agent]?.number == number else { return nil }
      return state.streams.removeValue(forKey: agent)
    }
    closed?.queue.finish()
    return closed != nil
  }

  /// The socket has taken so many bytes of a stream.
  func sent(_ bytes: Int, to agent: AgentID, number: Int64) {
    state.withLock { state in
      guard state.streams[agent]?.number == number else { return }
      state.streams[agent]?.waitingBytes -= bytes
    }
  }

  private func yield(_ command: OutgoingCommand, to agent: AgentID, number: Int64) -> Bool {
    let isQueued = state.withLock { state -> Bool in
      guard let stream = state.streams[agent], stream.number == number,
        stream.waitingBytes == 0 || stream.waitingBytes + command.bytes.count <= byteLimit,
        case .enqueued = stream.queue.yield(command)
      else { return false }
      state.streams[agent]?.waitingBytes += command.bytes.count
      return true
    }
    if !isQueued { close(agent, number: number) }
    return isQueued
  }
}

extension Command {
  /// Whether it has an agent start, end, delete or refuse something.
  var isOrder: Bool {
    switch self {
    case .assign, .kill, .adopted, .forget: true
    case .welcome, .ping, .goodbye: false
    }
  }
}

extension Duration {
  /// Rounded down; 0 for a negative duration.
  var wholeMilliseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return UInt64(seconds) * 1000 + UInt64(attoseconds / 1_000_000_000_000_000)
  }
}
