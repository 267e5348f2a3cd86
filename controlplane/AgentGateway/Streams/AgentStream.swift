import Model

/// A command on its way to an agent.
struct OutgoingCommand: Sendable {
  /// Framed.
  let bytes: [UInt8]
  /// Whether it has an agent do something: these are sent only while the member holds its term.
  let isOrder: Bool
}

/// One agent's stream, from its opening until nobody writes it any more.
final class AgentStream: Sendable {
  let agent: AgentID
  let number: Int64
  /// The commands, in their order.
  let commands: AsyncStream<OutgoingCommand>
  private let registry: AgentRegistry

  init(
    agent: AgentID, number: Int64, commands: AsyncStream<OutgoingCommand>,
    registry: AgentRegistry
  ) {
    self.agent = agent
    self.number = number
    self.commands = commands
    self.registry = registry
  }

  /// The connection may break before anybody reads `commands`.
  deinit { close() }

  /// True when the agent's stream ends with it: no newer one has replaced it, and it was not ended before.
  @discardableResult
  func close() -> Bool { registry.close(agent, number: number) }

  /// Whether this command may go into the socket now. A member that was stopped for long wakes up with
  /// orders in its queues that are not its to give any more.
  func maySend(_ command: OutgoingCommand) -> Bool { !command.isOrder || registry.mayOrder }

  /// The socket has taken this one.
  func sent(_ command: OutgoingCommand) {
    registry.sent(command.bytes.count, to: agent, number: number)
  }
}
