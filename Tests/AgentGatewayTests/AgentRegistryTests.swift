import Cluster
import Model
import Testing
import Wire

@testable import AgentGateway

@Suite struct AgentRegistryTests {
  private let agent = AgentID("a")

  private func commands(_ stream: AgentStream) async throws -> [Command] {
    var framing = CommandFraming()
    var commands: [Command] = []
    for await command in stream.commands { commands += try framing.receive(command.bytes) }
    return commands
  }

  @Test func `a command for an agent without a stream is not taken`() async {
    let registry = AgentRegistry()
    #expect(
      await registry.kill(
        AssignmentID(1), of: ExecutionID(1), epoch: Epoch(1), grace: .seconds(1), on: agent)
        == false)
  }

  @Test func `an agent that runs a step hears of its new epoch through its stream`()
    async throws
  {
    let registry = AgentRegistry()
    let stream = try #require(registry.open(agent))
    #expect(await registry.adopted(ExecutionID(7), epoch: Epoch(2), on: agent))
    stream.close()
    #expect(await registry.adopted(ExecutionID(7), epoch: Epoch(2), on: agent) == false)
    #expect(
      try await commands(stream) == [.adopted(execution: ExecutionID(7), epoch: Epoch(2))])
  }

  @Test func `a newer stream replaces the older, and closing the older leaves the newer`()
    async throws
  {
    let registry = AgentRegistry()
    let older = try #require(registry.open(agent))
    let newer = try #require(registry.open(agent))
    #expect(try await commands(older).isEmpty)
    older.close()
    #expect(registry.isConnected(agent))
    #expect(registry.send(.ping, to: agent))
    newer.close()
    #expect(!registry.isConnected(agent))
    #expect(try await commands(newer) == [.ping])
  }

  @Test func `a stream that nobody reads is closed when its queue is full`() async throws {
    let registry = AgentRegistry(queueLimit: 2)
    let stream = try #require(registry.open(agent))
    #expect(registry.send(.ping, to: agent))
    #expect(registry.send(.ping, to: agent))
    #expect(!registry.send(.ping, to: agent))
    #expect(!registry.isConnected(agent))
    #expect(try await commands(stream).count == 2)
  }

  @Test func `a stream whose commands are too many bytes is closed behind them`() async throws {
    let registry = AgentRegistry(byteLimit: 64)
    let stream = try #require(registry.open(agent))
    let large = Command.assign(
      Assignment(
        id: AssignmentID(1), execution: ExecutionID(1), epoch: Epoch(1),
        specification: StepSpecification(arguments: [String(repeating: "x", count: 100)])))
    #expect(registry.send(large, to: agent), "one always fits")
    #expect(!registry.send(.ping, to: agent))
    #expect(!registry.isConnected(agent))
    #expect(try await commands(stream) == [large], "what was taken is sent")
  }

  @Test func `what the socket has taken makes room`() async throws {
    let registry = AgentRegistry(byteLimit: 20)
    let stream = try #require(registry.open(agent))
    var iterator = stream.commands.makeAsyncIterator()
    for _ in 0..<10 {
      #expect(registry.send(.ping, to: agent))
      stream.sent(try #require(await iterator.next()))
    }
    #expect(registry.isConnected(agent))
  }

  @Test func `goodbye ends all streams and lets no new one in`() async throws {
    let registry = AgentRegistry()
    let stream = try #require(registry.open(agent))
    registry.sayGoodbye()
    #expect(try await commands(stream) == [.goodbye])
    #expect(registry.open(agent) == nil)
  }

  @Test func `a stream that was never read is forgotten with its holder`() {
    let registry = AgentRegistry()
    var stream = registry.open(agent)
    #expect(stream != nil && registry.isConnected(agent))
    stream = nil
    #expect(!registry.isConnected(agent))
  }

  @Test func `a member without a term gives no orders, also none that were queued before`()
    async throws
  {
    let term = Term(member: MemberID("m"), incarnation: 1)
    let terms = CurrentTerm.fixed(term)
    let registry = AgentRegistry(terms: terms)
    let stream = try #require(registry.open(agent))
    #expect(registry.send(.forget(AssignmentID(1)), to: agent))
    terms.ended(term)
    #expect(!registry.send(.forget(AssignmentID(2)), to: agent))
    #expect(registry.send(.ping, to: agent))
    #expect(registry.open(AgentID("b")) == nil)
    var queued = stream.commands.makeAsyncIterator()
    let order = try #require(await queued.next())
    let ping = try #require(await queued.next())
    #expect(!stream.maySend(order) && stream.maySend(ping))
    terms.began(Term(member: MemberID("m"), incarnation: 2), sent: .zero)
    #expect(registry.open(AgentID("b")) != nil)
  }

  @Test func `agents that are dismissed may come back`() async throws {
    let registry = AgentRegistry()
    let stream = try #require(registry.open(agent))
    registry.dismiss()
    #expect(try await commands(stream) == [.goodbye])
    #expect(registry.open(agent) != nil)
  }

  @Test func `each part of the pings reaches its agents, and none that has bytes under way`()
    async throws
  {
    let registry = AgentRegistry()
    let streams = try (0..<20).map { try #require(registry.open(AgentID("\($0)"))) }
    for part in 0..<10 { registry.ping(part: Int64(part), of: 10) }
    registry.ping()
    registry.sayGoodbye()
    for stream in streams { #expect(try await commands(stream) == [.ping, .goodbye]) }
  }

  @Test func `a stream carries an order of the store once, and again when its epoch has grown`()
    throws
  {
    let registry = AgentRegistry()
    let stream = try #require(registry.open(agent))
    let order = AgentOrder(assignment: AssignmentID(1), epoch: Epoch(1), kind: .assign)
    let adopted = AgentOrder(assignment: AssignmentID(1), epoch: Epoch(2), kind: .assign)
    #expect(registry.take([order], for: agent, number: stream.number) == [order])
    #expect(registry.take([order], for: agent, number: stream.number) == [])
    #expect(registry.take([adopted], for: agent, number: stream.number) == [adopted])
    #expect(registry.take([adopted], for: agent, number: stream.number + 1) == [])
    #expect(registry.noted([agent]) == [:])
    registry.note(agent, number: stream.number)
    #expect(registry.noted([agent]) == [agent: stream.number])
  }
}
