import Model
import Spool
import Wire

@testable import Agent

/// A control plane in memory: keeps what is reported as a real one would, and may be away.
actor FakeControlPlane: ControlPlaneLink {
  private var spools: [AssignmentID: [UInt8]] = [:]
  private var waiters:
    [(AssignmentID, @Sendable ([Frame]) -> Bool, CheckedContinuation<[Frame], Never>)] = []
  private(set) var reports = 0
  private(set) var repeatedBytes = 0
  var isAway = false
  private var commands: AsyncStream<[UInt8]>.Continuation?
  private(set) var hellos: [Hello] = []
  private(set) var conditions: [AgentCondition] = []
  private var conditionWaiters:
    [(@Sendable (AgentCondition) -> Bool, CheckedContinuation<AgentCondition, Never>)] = []

  func setAway(_ away: Bool) { isAway = away }

  func send(_ command: Command) { commands?.yield(CommandFraming.frame(command)) }

  func stream(
    hello: [UInt8], receive: @Sendable ([UInt8]) async throws -> Void
  ) async throws {
    let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
    hellos.append(try Hello(bytes: hello))
    commands = continuation
    send(.welcome(member: MemberID("m"), pingIntervalMilliseconds: 60_000))
    for await bytes in stream { try await receive(bytes) }
  }

  func report(_ body: [UInt8]) async throws(AgentError) -> [UInt8] {
    if isAway { throw .unreachable("away") }
    reports += 1
    do {
      let report = try Report(bytes: body)
      if let condition = report.condition { take(condition) }
      let acks = report.pieces.map(take)
      wake()
      return ReportAnswer(acks: acks).bytes
    } catch {
      throw .badAnswer("\(error)")
    }
  }

  /// The frames of an assignment as soon as the last one is there.
  func finished(_ assignment: AssignmentID) async -> [Frame] {
    await frames(of: assignment) { $0.last?.kind.isFinal == true }
  }

  /// The frames of an assignment as soon as they are as wanted.
  func frames(
    of assignment: AssignmentID, when wanted: @escaping @Sendable ([Frame]) -> Bool
  ) async -> [Frame] {
    let now = frames(assignment)
    if wanted(now) { return now }
    return await withCheckedContinuation { waiters.append((assignment, wanted, $0)) }
  }

  /// What the agent says of itself as soon as it is as wanted.
  func condition(
    when wanted: @escaping @Sendable (AgentCondition) -> Bool
  ) async -> AgentCondition {
    if let known = conditions.last(where: wanted) { return known }
    return await withCheckedContinuation { conditionWaiters.append((wanted, $0)) }
  }

  /// Has these bytes of a spool from the beginning.
  func preset(_ assignment: AssignmentID, _ bytes: [UInt8]) { spools[assignment] = bytes }

  private func take(_ condition: AgentCondition) {
    conditions.append(condition)
    for waiter in conditionWaiters where waiter.0(condition) {
      waiter.1.resume(returning: condition)
    }
    conditionWaiters.removeAll { $0.0(condition) }
  }

  private func take(_ piece: SpoolPiece) -> SpoolAck {
    var spool = spools[piece.assignment] ?? SpoolFile.magic
    if Int(piece.offset) == spool.count {
      spool += piece.bytes
      spools[piece.assignment] = spool
    } else {
      repeatedBytes += piece.bytes.count
    }
    let isFinal = frames(piece.assignment).last?.kind.isFinal == true
    return SpoolAck(assignment: piece.assignment, offset: Int64(spool.count), forget: isFinal)
  }

  private func frames(_ assignment: AssignmentID) -> [Frame] {
    (try? FrameReader.frames(in: (spools[assignment] ?? []).dropFirst(8))) ?? []
  }

  private func wake() {
    let all = waiters
    waiters = []
    for waiter in all {
      let frames = frames(waiter.0)
      if waiter.1(frames) { waiter.2.resume(returning: frames) } else { waiters.append(waiter) }
    }
  }
}

extension [Frame] {
  /// All bytes of one stream.
  func output(_ kind: FrameKind) -> [UInt8] { filter { $0.kind == kind }.flatMap(\.payload) }

  func text(_ kind: FrameKind) -> String { String(decoding: output(kind), as: UTF8.self) }

  var ended: EndedPayload? {
    last { $0.kind == .ended }.flatMap { try? EndedPayload($0.payload) }
  }

  var started: StartedPayload? {
    first { $0.kind == .started }.flatMap { try? StartedPayload($0.payload) }
  }
}
