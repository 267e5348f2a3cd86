import Cryptography
import Hummingbird
import Identity
import Keys
import Logging
import Logs
import Model
import ServiceLifecycle
import Spool
import Store
import TestSupport

@testable import API

/// A store with one running execution, whose log a test writes, and members that serve it.
struct FollowRoom: Sendable {
  /// Nothing happens without a signal.
  static let signalled = FollowTiming(poll: .seconds(3600), heartbeat: .seconds(7200))
  /// Nobody has to signal anything.
  static let polled = FollowTiming(poll: .milliseconds(10))

  let store: Store
  let token: String
  let execution = ExecutionID(1)
  /// Those of the member that lines arrive at.
  let signals = LogSignals(member: "a")

  static func with(
    _ engine: Engine = .sqlite, _ body: @Sendable (FollowRoom) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let made = try await TokenIssue(store: store).create(
        for: "admin", by: "admin", roles: ["admin"], name: nil, lifetime: nil)
      try await store.ask.run(
        "INSERT INTO project (name, description, created_at) VALUES ('P', '', 1)")
      try await store.ask.run(
        """
        INSERT INTO execution
          (id, project, definition, status, username, options, log_level, epoch, created_at)
        VALUES (1, 'P', '{}', 'running', 'admin', '{}', 'NORMAL', 1, 1)
        """)
      try await body(FollowRoom(store: store, token: made.token))
    }
  }

  /// Stores lines, each as a frame, and tells this member's followers.
  func print(_ lines: [String]) async throws {
    for line in lines { try await store(Array("\(line)\n".utf8)) }
  }

  func store(_ payload: [UInt8], flags: FrameFlags = []) async throws {
    let frame = Frame(.stdout, flags: flags, time: 2_000_000, payload: payload[...])
    try await store.ask.logs.append(
      LogChunkDraft(data: frame.bytes, lines: frame.logLines), to: execution, step: "1",
      node: "here")
    signals.changed([execution])
  }

  func end(_ status: ExecutionStatus) async throws {
    try await ScriptedExecutions(store: store).end(execution, status)
    signals.changed([execution])
  }

  /// Serves the API on a port of its own until the body ends or stops the member.
  func serving(
    _ timing: FollowTiming = signalled, signals: LogSignals? = nil,
    _ body: @Sendable (FollowMember) async throws -> Void
  ) async throws {
    let (ports, port) = AsyncStream<Int>.makeStream()
    let application = Application(
      router: API.makeRouter(dependencies(timing, signals ?? self.signals)),
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { port.yield($0.localAddress?.port ?? 0) }, logger: Self.quiet)
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(services: [application], logger: Self.quiet))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      for await port in ports {
        try await body(
          FollowMember(url: "http://127.0.0.1:\(port)/api/59", token: token, group: group))
        break
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  private func dependencies(_ timing: FollowTiming, _ signals: LogSignals) -> APIDependencies {
    APIDependencies(
      store: store, keys: SealedKeys(store: store, sealer: EnvelopeSealer(key: .random())),
      executions: ScriptedExecutions(store: store), logs: LogReader(store: store),
      signals: signals, tokens: TokenAuthenticator(store: store),
      sessions: WebSessions(store: store),
      login: Login(store: store, now: { Instant(microseconds: 0) }),
      server: ServerFacts(
        url: "http://localhost:4440", uuid: "member", version: "0.1.0", base: "/var/lib/q",
        startedAt: Instant(microseconds: 0), nodeName: { "here" }),
      following: timing, now: { Instant(microseconds: 60_000_000) })
  }

  private static var quiet: Logger {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }
}
