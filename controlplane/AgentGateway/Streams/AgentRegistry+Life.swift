import Model
import Synchronization
import Wire

// What goes to all streams: signs of life, and goodbyes.

extension AgentRegistry {
  /// Shows the agents that this member lives: all of them, or one of `parts` nearly equal parts, so that
  /// thousands of agents do not get their byte in the same instant. A stream with bytes on their way
  /// into its socket needs none.
  func ping(part: Int64 = 0, of parts: Int64 = 1) {
    let ping = OutgoingCommand(bytes: CommandFraming.frame(.ping), isOrder: false)
    state.withLock { state in
      var index = state.streams.startIndex
      while index != state.streams.endIndex {
        state.streams.values[index].ping(ping, ifDueIn: part, of: parts)
        state.streams.formIndex(after: &index)
      }
    }
  }

  /// Asks all agents to connect elsewhere, ends their streams and opens no more.
  func sayGoodbye() { dismiss(forGood: true) }

  /// Asks all agents to connect elsewhere and ends their streams: this member holds no term now.
  func dismiss() { dismiss(forGood: false) }

  private func dismiss(forGood: Bool) {
    let streams = state.withLock { state in
      if forGood { state.isStopping = true }
      defer { state.streams = [:] }
      return state.streams.values
    }
    let goodbye = OutgoingCommand(bytes: CommandFraming.frame(.goodbye), isOrder: false)
    for stream in streams {
      stream.queue.yield(goodbye)
      stream.queue.finish()
    }
  }
}

extension AgentRegistry.Stream {
  fileprivate mutating func ping(
    _ ping: OutgoingCommand, ifDueIn part: Int64, of parts: Int64
  ) {
    guard number % parts == part, waitingBytes == 0, case .enqueued = queue.yield(ping) else {
      return
    }
    waitingBytes += ping.bytes.count
  }
}
