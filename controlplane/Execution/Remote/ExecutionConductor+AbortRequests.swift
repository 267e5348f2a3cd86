import Logging
public import Model
import Store
import WorkflowEngine

// Ends that were asked for on other members.

extension ExecutionConductor {
  public func obeyAbortRequests(of named: Set<ExecutionID>) async {
    do throws(StoreError) {
      for request in try await store.ask.executions.abortsRequested(of: term.member)
      where carried[request.execution]?.machine.isAborted == false {
        let user = request.user ?? "unknown"
        _ = inbox.put([.abort(request.execution, user: user, Answer())])
      }
      for id in named where carried[id] != nil { try await drop(id) }
    } catch {
      logger.warning("Requests to end executions were not read", metadata: ["error": "\(error)"])
    }
  }

  /// Stops carrying an execution that somebody else has ended or deleted. How it ended is stored, and stays.
  func drop(_ id: ExecutionID) async throws(StoreError) {
    let record = try await store.ask.executions.find(id)
    guard record == nil || record?.status.isFinal == true else { return }
    letGo(of: id)
  }
}
