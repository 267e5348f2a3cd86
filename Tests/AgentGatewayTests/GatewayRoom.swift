import AgentGateway
import Cryptography
import Database
import Execution
import Logging
import Logs
import Model
import Spool
import Store
import Synchronization
import TestSupport
import Wire

/// A gateway over a migrated store with one execution, and what it told Execution.
final class GatewayRoom: Sendable {
  let store: Store
  let registry = AgentRegistry()
  let signals = LogSignals(member: "m")
  let seal = SpecificationSeal(EnvelopeSealer(key: .random()))
  let gateway: AgentGateway
  let told: EventLog
  static let execution = ExecutionID(5)

  static func with(
    _ engine: Engine, pingInterval: Duration = .seconds(10),
    _ body: (GatewayRoom) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let room = GatewayRoom(store: Store(database), pingInterval: pingInterval)
      try await room.store.migrate()
      try await room.prepare()
      let running = Task { try await room.gateway.run() }
      do {
        try await body(room)
      } catch {
        running.cancel()
        try? await running.value
        throw error
      }
      running.cancel()
      try await running.value
    }
  }

  private init(store: Store, pingInterval: Duration) {
    self.store = store
    let told = EventLog()
    self.told = told
    gateway = AgentGateway(
      store: store, member: MemberID("m"), registry: registry, seal: seal, signals: signals,
      settings: AgentGateway.Settings(
        pingInterval: pingInterval, storePatience: .milliseconds(50)),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, deliver: told.add)
  }

  private func prepare() async throws {
    try await store.ask.run(
      "INSERT INTO project (name, description, created_at) VALUES ('demo', '', 1)")
    try await store.ask.run(
      """
      INSERT INTO execution
        (id, project, definition, status, username, options, log_level, epoch, created_at)
      VALUES (5, 'demo', '{}', 'running', 'admin', '{}', 'NORMAL', 3, 1)
      """)
  }

  /// Enrols an agent the way an operator and an agent do it.
  func enrol(_ name: String) async throws -> EnrolAnswer {
    let token = try await gateway.enrolment.createToken(by: "admin")
    return try await gateway.enrolment.enrol(Self.enrolRequest(name, token: token.text))
  }

  static func enrolRequest(_ name: String, token: String) -> EnrolRequest {
    EnrolRequest(
      token: token, name: name, node: Node(name: name, attributes: ["hostname": "h"]),
      version: "1", bootID: "b")
  }

  func addAssignment(
    _ id: Int64, to agent: AgentID, stored: Int64 = 0, killed: Bool = false
  ) async throws {
    let specification = StepSpecification(arguments: ["true", "\(id)"])
    let sealed = try seal.seal(specification, for: AssignmentID(id))
    try await store.ask.run(
      """
      INSERT INTO assignment (id, execution_id, step, node, attempt, agent_id, epoch, state,
        specification, spool_offset, kill_requested_at, created_at)
      VALUES ($1, 5, $2, 'n', 1, $3, 2, 'assigned', $4, $5, $6, 1)
      """,
      [
        .integer(id), .text("\(id)"), .text(agent.text), .blob(sealed), .integer(stored),
        killed ? .integer(9) : .null,
      ])
  }

  func record(_ id: Int64) async throws -> AssignmentRecord? {
    try await store.ask.assignments.find(AssignmentID(id))
  }

  func lines() async throws -> [String] {
    try await LogReader(store: store).page(of: Self.execution, from: 0).entries.map(\.text)
  }
}

/// Collects what Execution was told.
final class EventLog: Sendable {
  private let events = Mutex<[AssignmentEvent]>([])
  var all: [AssignmentEvent] { events.withLock { $0 } }
  func add(_ new: [AssignmentEvent]) { events.withLock { $0 += new } }
}

/// Frames of a step's spool in order, and pieces of them.
struct TestSpool {
  let assignment: AssignmentID
  private(set) var bytes: [UInt8] = SpoolFile.magic

  init(_ assignment: Int64) { self.assignment = AssignmentID(assignment) }

  var size: Int64 { Int64(bytes.count) }

  mutating func add(_ kind: FrameKind, _ text: String = "", at time: Int64 = 1) {
    Frame(kind, time: time, text: text).encode(into: &bytes)
  }

  mutating func start(at time: Int64) {
    let payload = StartedPayload(process: 7, supervisor: 6, bootID: "b").bytes
    Frame(.started, time: time, payload: payload[...]).encode(into: &bytes)
  }

  mutating func end(
    _ code: Int32, signal: Int32 = 0, reason: EndedPayload.Reason = .exited, at time: Int64 = 9
  ) {
    let payload = EndedPayload(exitCode: code, signal: signal, reason: reason).bytes
    Frame(.ended, time: time, payload: payload[...]).encode(into: &bytes)
  }

  func piece(from: Int64 = 8, to: Int64? = nil, epoch: Int64 = 2) -> SpoolPiece {
    SpoolPiece(
      assignment: assignment, epoch: Epoch(epoch), offset: from,
      bytes: bytes[Int(from)..<Int(to ?? size)])
  }
}
