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
  /// Once nothing goes on, nothing begins any more until the project is gone, or until it is clear that it stays: so no
  /// history is removed of a project that is not deleted then. What has ended goes first, in small transactions, with
  /// what is stored of it elsewhere.
  private func deleteWhenIdle(_ name: String) async throws -> [ExecutionID] {
    do {
      try await dependencies.store.transaction { try await Self.close(name, in: $0) }
    } catch let busy as Busy {
      return busy.executions
    }
    do {
      try await dependencies.removal.removeAll(ofProject: name) { scope in
        try await Self.close(name, in: scope)
      }
      try await dependencies.store.transaction { scope in
        try Self.check(try await scope.projects.deleteWhenIdle(name), of: name)
      }
      return []
    } catch {
      try? await dependencies.store.ask.projects.open(name)
      if let busy = error as? Busy { return busy.executions }
      throw error
    }
  }

  private static func close(_ name: String, in scope: StoreScope) async throws {
    try check(try await scope.projects.close(name), of: name)
  }

  private static func check(_ deletion: ProjectDeletion, of name: String) throws {
    switch deletion {
    case .deleted: return
    case .missing: throw APIError.missing(project: name)
    case .busy(let executions): throw Busy(executions: executions)
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
