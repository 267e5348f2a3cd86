import Daemon
import Logging
import Model
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Agent

/// The agent's session over real sockets.
@Suite(.timeLimit(.minutes(10))) struct LinkTests {
  /// Collects the texts of warnings.
  private final class Warnings: LogHandler, Sendable {
    private let texts = Mutex<[String]>([])
    // Never changed: whoever writes with a level or metadata of their own gets a handler elsewhere.
    var logLevel: Logger.Level {
      get { .debug }
      set {}
    }
    var metadata: Logger.Metadata {
      get { [:] }
      set {}
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { nil }
      set {}
    }

    func log(event: LogEvent) {
      guard event.level >= .warning else { return }
      texts.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
    }

    var all: [String] { texts.withLock { $0 } }
  }

  private static let welcome = Command.welcome(
    member: MemberID("m"), pingIntervalMilliseconds: 60_000)

  /// Keeps a session running against servers while `body` waits for what it does.
  private func session(
    _ servers: [String], warnings: Warnings = Warnings(), _ body: @Sendable () async throws -> Void
  ) async throws {
    let link = HTTPControlPlane(
      servers: servers, authorization: "Bearer a:s",
      client: AgentService.client(certificateFile: nil))
    try await AgentBench().life { host in
      let session = AgentSession(
        host: host, link: link, node: Node(name: "n", tags: [], attributes: [:]), bootID: "boot",
        version: "1", status: DaemonStatus(), chance: { 0 },
        logger: Logger(label: "test") { _ in warnings })
      try await withThrowingTaskGroup { group in
        group.addTask { await session.run() }
        // An error cancels the session too.
        try await body()
        group.cancelAll()
      }
    }
  }

  @Test func `a silence of three ping intervals is answered by a new stream`() async throws {
    let quick = Command.welcome(member: MemberID("m"), pingIntervalMilliseconds: 40)
    let server = SocketServer { $0 == 1 ? .stream([quick]) : .stream([Self.welcome]) }
    let warnings = Warnings()
    try await session([server.url], warnings: warnings) { try await server.requests(2) }
    let arrivals = server.arrivals
    #expect(arrivals[1] - arrivals[0] >= .milliseconds(120))
    #expect(warnings.all.contains { $0.contains("nothing was heard for 0.12 seconds") })
  }

  @Test func `a goodbye leads to the next address at once, and no warning`() async throws {
    let leaving = SocketServer { _ in .stream([Self.welcome, .goodbye]) }
    let staying = SocketServer { _ in .stream([Self.welcome]) }
    let warnings = Warnings()
    try await session([leaving.url, staying.url], warnings: warnings) {
      try await staying.requests(1)
    }
    #expect(leaving.arrivals.count == 1)
    #expect(warnings.all.isEmpty)
  }

  @Test func `a member that only says goodbye is not asked without a pause`() async throws {
    let server = SocketServer { _ in .stream([.goodbye]) }
    try await session([server.url]) { try await server.requests(6) }
    let arrivals = server.arrivals
    // At once after the 1st, 3rd and 5th; 50 and 100 ms after the 2nd and the 4th.
    #expect(arrivals[5] - arrivals[0] >= .milliseconds(150))
  }

  @Test func `a refused credential is tried again ever more seldom, and named once`() async throws {
    let server = SocketServer { _ in .status(401, "The agent is unknown here") }
    let warnings = Warnings()
    try await session([server.url], warnings: warnings) { try await server.requests(4) }
    let arrivals = server.arrivals
    let waits = zip(arrivals.dropFirst(), arrivals).map { $0 - $1 }
    let least = [50, 100, 200].map { Duration.milliseconds($0) }
    #expect(zip(waits, least).allSatisfy { $0 >= $1 })
    #expect(warnings.all.count == 1)
    #expect(warnings.all.first?.contains("enroll this host again") == true)
  }

  /// Answers every report with nothing stored, and remembers when they came.
  private actor Miser: ControlPlaneLink {
    private(set) var arrivals: [ContinuousClock.Instant] = []

    func stream(
      hello: [UInt8], receive: @Sendable ([UInt8]) async throws -> Void
    ) async throws {}

    func report(_ body: [UInt8]) async throws(AgentError) -> [UInt8] {
      arrivals.append(.now)
      return ReportAnswer(acks: []).bytes
    }

    nonisolated func sixReports() async throws {
      try await waitUntil("six reports have come") { await arrivals.count >= 6 }
    }
  }

  @Test func `a control plane that takes nothing is asked ever more seldom, and named once`()
    async throws
  {
    let warnings = Warnings()
    let miser = Miser()
    let bench = AgentBench()
    let host = try bench.host()
    let shipper = SpoolShipper(
      host: host, link: miser, chance: { 0 }, logger: Logger(label: "test") { _ in warnings })
    await host.kill(AssignmentID(9), of: ExecutionID(1), epoch: Epoch(1), grace: 0)
    let shipping = Task { await shipper.run() }
    let waiting: Result<Void, any Error>
    do { waiting = .success(try await miser.sixReports()) } catch { waiting = .failure(error) }
    shipping.cancel()
    await host.stop()
    await shipping.value
    host.thread.stop()
    try waiting.get()
    let arrivals = await miser.arrivals
    #expect(arrivals[5] - arrivals[0] >= .milliseconds(25 + 50 + 100 + 200 + 400))
    #expect(warnings.all.count == 1)
  }

  @Test func `an address where nobody listens is passed over`() async throws {
    let staying = SocketServer { _ in .stream([Self.welcome]) }
    try await session(["http://127.0.0.1:1", staying.url]) { try await staying.requests(1) }
    #expect(staying.arrivals.count == 1)
  }
}
