import Model
import Synchronization

// Which of the streams the store knows of, and what they have carried on the store's behalf.

extension AgentRegistry {
  /// The store says now that this stream is the agent's newest.
  func note(_ agent: AgentID, number: Int64) {
    state.withLock { state in
      if state.streams[agent]?.number == number { state.streams[agent]?.isNoted = true }
    }
  }

  /// The numbers of those of the agents' streams that the store knows of, or did.
  func noted(_ agents: Set<AgentID>) -> [AgentID: Int64] {
    state.withLock { state in
      var numbers: [AgentID: Int64] = [:]
      for agent in agents {
        if let stream = state.streams[agent], stream.isNoted { numbers[agent] = stream.number }
      }
      return numbers
    }
  }

  /// The numbers of all streams that the store knows of, or did.
  var noted: [AgentID: Int64] {
    state.withLock { $0.streams.filter(\.value.isNoted).mapValues(\.number) }
  }

  /// Which of all the orders that are open for an agent its stream has not carried yet; from now on it
  /// has. None when the stream is gone.
  func take(
    _ open: Set<AgentOrder>, for agent: AgentID, number: Int64
  ) -> Set<AgentOrder> {
    state.withLock { state in
      guard let stream = state.streams[agent], stream.number == number else { return [] }
      state.streams[agent]?.carried = open
      return open.subtracting(stream.carried)
    }
  }
}
