import Model
import Spool
import Wire

@testable import Agent

/// A control plane in memory: keeps what is reported as a real one would, and may be away.
actor FakeControlPlane: ControlPlaneLink {
  /// What is stored of a spool, and what of it is read already: a long one comes in many pieces.
  private struct Stored {
    var size = SpoolFile.magic.count
    var frames: [Frame] = []
    var rest: [UInt8] = []

    mutating func take(_ bytes: some Collection<UInt8>) {
      size += bytes.count
      rest += bytes
      var reader = FrameReader(rest)
      while let frame = try? reader.next() { frames.append(frame) }
      rest.removeFirst(reader.consumed)
    }
  }

  private struct Waiter<Value: Sendable> {
    let number: Int
    let assignment: AssignmentID
    let wanted: @Sendable (Value) -> Bool
    let continuation: CheckedContinuation<Value?, Never>
  }

  private var spools: [AssignmentID: Stored] = [:]
  private var waiters: [Waiter<[Frame]>] = []
  private(set) var reports = 0
  private(set) var repeatedBytes = 0
  var isAway = false
  private var commands: AsyncStream<[UInt8]>.Continuation?
  private(set) var hellos: [Hello] = []
  private(set) var conditions: [AgentCondition] = []
  private var conditionWaiters: [Waiter<AgentCondition>] = []
  private var latest = 0
  /// After how many stored bytes it goes away by itself.
  private var leavesAfter = Int.max

  func setAway(_ away: Bool) {
    isAway = away
    leavesAfter = .max
  }

  /// Goes away as soon as so many bytes are stored.
  func leave(after bytes: Int) { leavesAfter = bytes }

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
      if spools.values.reduce(0, { $0 + $1.size }) >= leavesAfter { isAway = true }
      wake()
      return ReportAnswer(acks: acks).bytes
    } catch {
      throw .badAnswer("\(error)")
    }
  }

  /// The frames of an assignment as soon as the last one is there.
  func finished(_ assignment: AssignmentID) async throws -> [Frame] {
    try await frames(of: assignment) { $0.last?.kind.isFinal == true }
  }

  /// The frames of an assignment as soon as they are as wanted.
  func frames(
    of assignment: AssignmentID, when wanted: @escaping @Sendable ([Frame]) -> Bool
  ) async throws -> [Frame] {
    let now = frames(assignment)
    if wanted(now) { return now }
    let number = next()
    let frames: [Frame]? = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<[Frame]?, Never>) in
        if Task.isCancelled { return continuation.resume(returning: nil) }
        waiters.append(
          Waiter(
            number: number, assignment: assignment, wanted: wanted, continuation: continuation))
      }
    } onCancel: {
      Task { await self.giveUp(number) }
    }
    guard let frames else { throw CancellationError() }
    return frames
  }

  /// What the agent says of itself as soon as it is as wanted.
  func condition(
    when wanted: @escaping @Sendable (AgentCondition) -> Bool
  ) async throws -> AgentCondition {
    if let known = conditions.last(where: wanted) { return known }
    let number = next()
    let condition: AgentCondition? = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<AgentCondition?, Never>) in
        if Task.isCancelled { return continuation.resume(returning: nil) }
        conditionWaiters.append(
          Waiter(
            number: number, assignment: AssignmentID(0), wanted: wanted,
            continuation: continuation))
      }
    } onCancel: {
      Task { await self.giveUp(number) }
    }
    guard let condition else { throw CancellationError() }
    return condition
  }

  private func next() -> Int {
    latest += 1
    return latest
  }

  /// Whoever waited was cancelled.
  private func giveUp(_ number: Int) {
    for waiter in waiters where waiter.number == number {
      waiter.continuation.resume(returning: nil)
    }
    waiters.removeAll { $0.number == number }
    for waiter in conditionWaiters where waiter.number == number {
      waiter.continuation.resume(returning: nil)
    }
    conditionWaiters.removeAll { $0.number == number }
  }

  /// Has these bytes of a spool from the beginning.
  func preset(_ assignment: AssignmentID, _ bytes: [UInt8]) {
    spools[assignment] = Stored()
    spools[assignment]?.take(bytes.dropFirst(SpoolFile.magic.count))
  }

  private func take(_ condition: AgentCondition) {
    conditions.append(condition)
    for waiter in conditionWaiters where waiter.wanted(condition) {
      waiter.continuation.resume(returning: condition)
    }
    conditionWaiters.removeAll { $0.wanted(condition) }
  }

  private func take(_ piece: SpoolPiece) -> SpoolAck {
    if Int(piece.offset) == spools[piece.assignment, default: Stored()].size {
      spools[piece.assignment, default: Stored()].take(piece.bytes)
    } else {
      repeatedBytes += piece.bytes.count
    }
    let isFinal = frames(piece.assignment).last?.kind.isFinal == true
    return SpoolAck(
      assignment: piece.assignment, offset: Int64(spools[piece.assignment]?.size ?? 8),
      forget: isFinal)
  }

  private func frames(_ assignment: AssignmentID) -> [Frame] {
    spools[assignment]?.frames ?? []
  }

  private func wake() {
    let all = waiters
    waiters = []
    for waiter in all {
      let frames = frames(waiter.assignment)
      if waiter.wanted(frames) {
        waiter.continuation.resume(returning: frames)
      } else {
        waiters.append(waiter)
      }
    }
  }
}

extension [Frame] {
  /// All bytes of one stream.
  func output(_ kind: FrameKind) -> [UInt8] {
    var bytes: [UInt8] = []
    for frame in self where frame.kind == kind { bytes += frame.payload }
    return bytes
  }

  func text(_ kind: FrameKind) -> String { String(decoding: output(kind), as: UTF8.self) }

  var ended: EndedPayload? {
    last { $0.kind == .ended }.flatMap { try? EndedPayload($0.payload) }
  }

  var started: StartedPayload? {
    first { $0.kind == .started }.flatMap { try? StartedPayload($0.payload) }
  }
}
