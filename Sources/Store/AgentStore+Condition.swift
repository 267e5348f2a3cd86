import Database
import FoundationEssentials
public import Model

/// How an agent said that it is: `Wire.AgentCondition` as the agent's row keeps it.
public struct AgentStatement: Sendable, Hashable, Codable {
  public var spoolBytes: UInt64
  public var spoolLimit: UInt64?
  public var freeBytes: UInt64
  public var reserveBytes: UInt64
  public var running: UInt64
  public var waiting: UInt64
  public var blocked: UInt64
  public var stepLimit: UInt64?
  public var droppedBytes: UInt64
  /// What is in its steps' way, for people.
  public var reasons: [String]

  public init(
    spoolBytes: UInt64, spoolLimit: UInt64? = nil, freeBytes: UInt64, reserveBytes: UInt64,
    running: UInt64, waiting: UInt64, blocked: UInt64, stepLimit: UInt64? = nil,
    droppedBytes: UInt64, reasons: [String]
  ) {
    self.spoolBytes = spoolBytes
    self.spoolLimit = spoolLimit
    self.freeBytes = freeBytes
    self.reserveBytes = reserveBytes
    self.running = running
    self.waiting = waiting
    self.blocked = blocked
    self.stepLimit = stepLimit
    self.droppedBytes = droppedBytes
    self.reasons = reasons
  }

  /// Nil for NULL and for what another version wrote that this one cannot read.
  init?(text: String?) {
    guard let text,
      let statement = try? JSONDecoder().decode(Self.self, from: Data(text.utf8))
    else { return nil }
    self = statement
  }

  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Numbers and texts only: encoding them cannot fail.
    let data = (try? encoder.encode(self)) ?? Data("{}".utf8)
    return String(decoding: data, as: UTF8.self)
  }
}

extension AgentStore {
  /// Keeps what an agent says of its condition in place of what it said before.
  public func note(
    _ statement: AgentStatement, of agent: AgentID
  ) async throws(StoreError) {
    try await scope.run(
      "UPDATE agent SET condition = $2, condition_at = \(scope.dialect.now) WHERE id = $1",
      [.text(agent.text), .text(statement.text)])
  }
}

extension DatabaseValue {
  /// A duration in microseconds, or NULL.
  init(_ duration: Duration?) {
    guard let duration else {
      self = .null
      return
    }
    let (seconds, attoseconds) = duration.components
    self = .integer(
      min(seconds, Int64.max / 2_000_000) * 1_000_000 + attoseconds / 1_000_000_000_000)
  }
}
