import Cluster
import Logging
import Logs
import Model
import ServiceLifecycle
import Store

extension AgentGateway {
  public func run() async throws {
    await withGracefulShutdownHandler {
      await withTaskGroup(of: Void.self) { group in
        // Whatever is announced from here on is heard.
        let heard = notices.notices()
        group.addTask { await self.listener.run(heard) }
        group.addTask { await self.ingestor.run() }
        group.addTask { await self.pusher.run() }
        group.addTask { await self.reader.run() }
        group.addTask { await self.watch.run() }
        group.addTask { await self.signals.run(store: self.store) }
        group.addTask { await self.noteConnected() }
        group.addTask { await self.dismissWithoutTerm() }
        await cancelWhenGracefulShutdown { await self.pingAgents() }
        group.cancelAll()
      }
    } onGracefulShutdown: {
      self.registry.sayGoodbye()
    }
  }

  private var listener: NoticeListener {
    NoticeListener(executions: executions, registry: registry, pusher: pusher, reader: reader)
  }

  private var watch: OpenWorkWatch {
    OpenWorkWatch(
      executions: executions, registry: registry, pusher: pusher, reader: reader,
      announce: { [notices] in notices.announce(.agentWork($0)) },
      interval: settings.lookInterval, logger: logger)
  }

  /// Until the task is cancelled. It waits for nothing but the time: a database that hangs must not
  /// drive the agents away.
  private func pingAgents() async {
    var part: Int64 = 0
    while !Task.isCancelled {
      try? await Task.sleep(for: settings.pingInterval / Int(Self.pingParts))
      registry.ping(part: part, of: Self.pingParts)
      part = (part + 1) % Self.pingParts
    }
    registry.sayGoodbye()
  }

  /// In how many parts of the interval the agents get their pings.
  private static let pingParts: Int64 = 10

  /// Sends the agents elsewhere whenever this member holds no term, and after each change of its term:
  /// what the streams of the former one have carried is not known in the next.
  private func dismissWithoutTerm() async {
    var last: Term?
    for await held in terms.changes() {
      defer { last = held ?? last }
      guard held == nil || (last != nil && held != last) else { continue }
      logger.notice(
        held == nil
          ? "This member holds no term at present: its agents are sent to others"
          : "This member has begun a new term: its agents connect anew")
      registry.dismiss()
    }
  }

  /// Notes who is connected, one write for all of them, until the task is cancelled.
  private func noteConnected() async {
    while (try? await Task.sleep(for: settings.pingInterval)) != nil {
      do throws(StoreError) {
        try await compareStreams()
      } catch {
        logger.warning("The agents' last sight was not noted", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Ends streams that agents have left for other members although no notice said so, and notes the end
  /// of those that are gone from here.
  private func compareStreams() async throws(StoreError) {
    let streams = registry.noted
    guard !streams.isEmpty, let term = terms.held else { return }
    let held = try await store.ask.agents.touch(heldBy: term)
    pusher.leave(streams.filter { held[$0.key] != $0.value })
    for (agent, number) in held where !registry.isConnected(agent) {
      try await store.ask.agents.disconnect(agent, from: StreamHolder(term, number: number))
    }
  }
}
