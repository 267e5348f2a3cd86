import AgentGateway
import Cryptography
import Database
import Execution
import Logging
import Logs
import Model
import Spool
import Store
import TestSupport
import Wire

/// A migrated store with one execution, and the gateways of one member or more over it.
final class GatewayRoom: Sendable {
  let store: Store
  let seal = SpecificationSeal(EnvelopeSealer(key: .random()))
  /// The first is called `m`, the next `m2`, `m3`, …
  let members: [GatewayMember]
  static let execution = ExecutionID(5)

  var here: GatewayMember { members[0] }
  var there: GatewayMember { members[1] }
  var registry: AgentRegistry { here.registry }
  var signals: LogSignals { here.signals }
  var gateway: AgentGateway { here.gateway }
  var told: PlayedExecutions { here.executions }

  /// - Parameter carried: what the members carry, in their order.
  static func with(
    _ engine: Engine, carried: [Set<ExecutionID>] = [[execution]],
    settings: AgentGateway.Settings = GatewayMember.settings,
    _ body: (GatewayRoom) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let room = GatewayRoom(store: Store(database), carried: carried, settings: settings)
      try await room.store.migrate()
      try await room.prepare()
      var running: [Task<Void, any Error>] = []
      for member in room.members { running += await member.start() }
      let result: Result<Void, any Error>
      do {
        result = .success(try await body(room))
      } catch {
        result = .failure(error)
      }
      for task in running { task.cancel() }
      for task in running { try await task.value }
      try result.get()
    }
  }

  private init(
    store: Store, carried: [Set<ExecutionID>], settings: AgentGateway.Settings
  ) {
    self.store = store
    let seal = seal
    members = carried.enumerated().map { index, carried in
      GatewayMember(
        index == 0 ? "m" : "m\(index + 1)", store: store, seal: seal, carrying: carried,
        settings: settings)
    }
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
    _ id: Int64, to agent: AgentID, stored: Int64 = 0, killed: Bool = false,
    files: [StepFile] = []
  ) async throws {
    let specification = StepSpecification(arguments: ["true", "\(id)"], files: files)
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

  static func assignment(_ id: Int64, epoch: Int64) -> Assignment {
    Assignment(
      id: AssignmentID(id), execution: execution, epoch: Epoch(epoch),
      specification: StepSpecification(arguments: ["true", "\(id)"]))
  }

  func record(_ id: Int64) async throws -> AssignmentRecord? {
    try await store.ask.assignments.find(AssignmentID(id))
  }

  func lines() async throws -> [String] {
    try await LogReader(store: store).page(of: Self.execution, from: 0).entries.map(\.text)
  }
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

  mutating func append(_ frame: Frame) { frame.encode(into: &bytes) }

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
