import Database
public import Model

/// Where one step on one node stands.
public struct StepStateRecord: Sendable, Hashable {
  public var key: StepKey
  public var state: StepState
  public var startedAt: Instant?
  public var updatedAt: Instant
  public var endedAt: Instant?
  public var exitCode: Int32?
  /// Why the step waits or failed, for people.
  public var reason: String?
  /// JSON {group: {name: value}} of what it left for later steps; {name: value} means the group `data`. Read only for those
  /// who go on with the execution (`ExecutionStore.stored`).
  public var data: String?
  /// How the step halted its workflow, as `WorkflowEngine.Halt` in the words of the conductor; nil when it did not.
  /// Read only for those who go on with the execution.
  public var halt: String?

  public init(
    key: StepKey, state: StepState, startedAt: Instant? = nil, updatedAt: Instant,
    endedAt: Instant? = nil, exitCode: Int32? = nil, reason: String? = nil,
    data: String? = nil, halt: String? = nil
  ) {
    self.key = key
    self.state = state
    self.startedAt = startedAt
    self.updatedAt = updatedAt
    self.endedAt = endedAt
    self.exitCode = exitCode
    self.reason = reason
    self.data = data
    self.halt = halt
  }

  /// What it left for later steps, by group and name.
  ///
  /// Throws `StoreError.corrupt` when the column holds something else.
  public func captured() throws(StoreError) -> [String: [String: String]] {
    guard let data else { return [:] }
    do throws(StoreError) {
      return try StoredJSON.decode(data, column: "step_state.data")
    } catch {
      let values: [String: String] = try StoredJSON.decode(data, column: "step_state.data")
      return ["data": values]
    }
  }

  init(row: Row) throws(StoreError) {
    key = StepKey(step: try row.text("step"), node: try row.text("node"))
    state = try row.value("state")
    startedAt = try row.optionalInstant("started_at")
    updatedAt = try row.instant("updated_at")
    endedAt = try row.optionalInstant("ended_at")
    exitCode = try row.optionalInt("exit_code").map { Int32(truncatingIfNeeded: $0) }
    reason = try row.optionalText("reason")
  }
}
