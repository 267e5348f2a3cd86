import Database
import Model
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Execution

@Suite struct LockOrderTests {
  private static let executions = 32
  private static let steps = 8

  @Test func `reports and decisions about many executions never wait for each other in a circle`()
    async throws
  {
    try await Engine.postgresql.withDatabase { database in
      let watched = WatchedDatabase(database)
      let room = try await ConductorRoom(watched, clock: ContinuousClock())
      try await room.enrol("host")
      room.agents.connect("host")
      var endless = job("1", "2", "3", "4", "5", "6", "7", "8", multiple: true)
      endless.workflow.keepgoing = true
      let id = try await room.add(endless)
      let log = ChunkLog(dialect: watched.dialect)
      try await room.conducting(log: log) { conductor in
        let launched = try await Self.launch(id, conductor)
        for step in 1...Self.steps {
          let assignments = await room.next(Self.executions)
          try await Self.collide(assignments, step, room, conductor)
        }
        for execution in launched {
          let ended = try await conductor.waitUntilEnded(execution)
          #expect(ended?.status == .failed)
        }
      }
      #expect(watched.state.withLock { $0.conflicts } == 0)
    }
  }

  private static func launch(
    _ job: JobID, _ conductor: ExecutionConductor
  ) async throws -> [ExecutionID] {
    try await withThrowingTaskGroup(of: ExecutionID.self) { group in
      for _ in 0..<executions {
        group.addTask { try await conductor.launch(RunRequest(.job(job), user: "a")).id }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  /// Output of all assignments is stored in batches, as the gateway stores it, while their ends are
  /// decided upon in any order.
  private static func collide(
    _ assignments: [Wire.Assignment], _ step: Int, _ room: ConductorRoom,
    _ conductor: ExecutionConductor
  ) async throws {
    var random = SeededGenerator(seed: UInt64(step))
    let shuffled = assignments.shuffled(using: &random)
    async let stored: Void = room.ingest(assignments.map(\.id), batches: 6)
    for part in 0..<4 {
      let chosen = shuffled.enumerated().filter { $0.offset % 4 == part }.map(\.element)
      conductor.deliver(
        chosen.map { .ended($0.id, $0.execution, .exited(code: 1), at: Instant(microseconds: 2)) })
      await Task.yield()
    }
    try await stored
  }
}

/// Writes the conductor's lines as the gateway's log does.
struct ChunkLog: ExecutionLog {
  let dialect: Dialect

  func writes(for lines: [ExecutionLogLine]) -> [ExecutionWrite] {
    lines.flatMap { line in
      LogChunkStore.append(
        LogChunkDraft(data: Array(line.text.utf8), lines: 1), to: line.execution,
        step: line.key?.step, node: line.key?.node, dialect: dialect
      ).map { ExecutionWrite($0) }
    }
  }

  func committed(grown: Set<ExecutionID>, ended: Set<ExecutionID>) {}
}

extension ConductorRoom {
  /// The next so many assignments that are pushed.
  func next(_ count: Int) async -> [Wire.Assignment] {
    var assignments: [Wire.Assignment] = []
    while assignments.count < count, let next = await agents.next() { assignments.append(next) }
    return assignments
  }

  /// Stores a piece of output for each assignment, so many times, each time all in one transaction.
  func ingest(_ assignments: [AssignmentID], batches: Int) async throws {
    for _ in 0..<batches {
      let targets = try await store.ask.logs.targets(assignments)
      let advances = targets.values.sorted { $0.assignment < $1.assignment }.map { target in
        var advance = SpoolAdvance(target: target)
        advance.to = target.stored + 8
        advance.output = [
          .init(
            draft: LogChunkDraft(data: Array(repeating: 1, count: 8), lines: 1),
            spoolOffset: target.stored)
        ]
        return advance
      }
      while true {
        do throws(StoreError) {
          let taken = try await store.ask.logs.ingest(advances)
          #expect(taken.allSatisfy { $0 })
          break
        } catch {
          guard error.isRetryable || error.isUniqueViolation else { throw error }
        }
      }
    }
  }
}
