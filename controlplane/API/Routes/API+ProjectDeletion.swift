import Execution
import Hummingbird
import Identity
import Model
import Store

extension API {
  /// Deletes the project with everything in it. What has not ended is asked to end first, as somebody who aborts it
  /// does, and waited for; what goes on after the limit refuses the deletion.
  ///
  /// Whatever `deferred` says, an answer of success says that the project is gone.
  func deleteProject(_ request: APIRequest) async throws -> Response {
    _ = try request.query.flag("deferred")
    let name = request.path("project")
    let user = try request.principal.user
    let limit = dependencies.limits.projectDeletion
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: limit)
    while case let busy = try await deleteWhenIdle(name), !busy.isEmpty {
      for id in busy { try await askForEnd(of: id, by: user) }
      guard clock.now < end else { throw APIError.stillRunning(busy, in: name, after: limit) }
      await waitForEnd(of: busy, until: end)
    }
    return .noContent
  }

  /// The executions that keep the project from being deleted; empty when it was.
  ///
  /// What has ended goes first, in small transactions, with what is stored of it elsewhere.
  private func deleteWhenIdle(_ name: String) async throws -> [ExecutionID] {
    if try await dependencies.store.ask.projects.unfinished(of: name, limit: 1).isEmpty {
      try await dependencies.removal.removeAll(ofProject: name)
    }
    do {
      return try await dependencies.store.transaction { scope in
        switch try await scope.projects.deleteWhenIdle(name) {
        case .deleted: return []
        case .missing: throw APIError.missing(project: name)
        case .busy(let executions): throw Busy(executions: executions)
        }
      }
    } catch let busy as Busy {
      return busy.executions
    }
  }

  /// Rolls the deletion back.
  private struct Busy: Error {
    let executions: [ExecutionID]
  }

  private func askForEnd(of id: ExecutionID, by user: String) async throws {
    do throws(AbortError) {
      _ = try await dependencies.executions.abort(id, by: user)
    } catch .noExecution {
      return
    }
  }

  /// Until all have ended, and a moment at least.
  private func waitForEnd(of executions: [ExecutionID], until end: ContinuousClock.Instant) async {
    let control = dependencies.executions
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await ContinuousClock().sleep(until: end) }
      group.addTask {
        try? await ContinuousClock().sleep(for: .milliseconds(50))
        for id in executions { _ = try? await control.waitUntilEnded(id) }
      }
      await group.next()
      group.cancelAll()
    }
  }
}

extension APIError {
  fileprivate static func stillRunning(
    _ executions: [ExecutionID], in project: String, after limit: Duration
  ) -> APIError {
    let named = executions.prefix(20).map(\.description).joined(separator: ", ")
    let more = executions.count > 20 ? " and more" : ""
    return APIError(
      .conflict, "api.error.project.running",
      "Project \(project) was not deleted: these of its executions have not ended within "
        + "\(limit.components.seconds) s after they were told to: \(named)\(more)")
  }
}
