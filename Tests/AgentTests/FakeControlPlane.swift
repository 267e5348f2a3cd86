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
