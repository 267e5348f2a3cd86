import Model
import Store

/// An execution as the store has it, for whoever goes on with it.
struct UnfinishedExecution: Sendable {
  let owner: Ownership
  let record: ExecutionRecord
  let states: [StepStateRecord]
  let assignments: [AssignmentRecord]

  /// Whether its end was asked for and everything that is open was told to end.
  var isAborted: Bool {
    record.abortRequestedAt != nil
      && assignments.allSatisfy { $0.state == .ended || $0.killRequestedAt != nil }
  }

  /// Who asked for an end that no owner has acted upon yet.
  var unheardAbort: String? {
    guard record.abortRequestedAt != nil, !isAborted else { return nil }
    return record.abortRequestedBy ?? "unknown"
  }
}

extension Store {
  /// These executions, in their order; nil for one that is gone. They are read side by side, and one that is
  /// damaged does not hide the others.
  func unfinished(
    _ owners: [Ownership]
  ) async -> [Result<UnfinishedExecution?, StoreError>] {
    await withTaskGroup(of: (Int, Result<UnfinishedExecution?, StoreError>).self) { group in
      for (index, owner) in owners.enumerated() {
        group.addTask { (index, await unfinished(owner)) }
      }
      var found = Array(
        repeating: Result<UnfinishedExecution?, StoreError>.success(nil), count: owners.count)
      for await (index, result) in group { found[index] = result }
      return found
    }
  }

  private func unfinished(_ owner: Ownership) async -> Result<UnfinishedExecution?, StoreError> {
    do throws(StoreError) {
      guard let record = try await ask.executions.find(owner.execution) else {
        return .success(nil)
      }
      return .success(
        UnfinishedExecution(
          owner: owner, record: record,
          states: try await ask.stepStates.rows(of: owner.execution),
          assignments: try await ask.assignments.all(of: owner.execution)))
    } catch {
      return .failure(error)
    }
  }
}
