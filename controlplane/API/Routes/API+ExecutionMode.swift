import HTTPTypes
import Hummingbird
import Identity
import Model
import Store

extension API {
  var executionModeRoutes: [Route] {
    [
      .api(.post, "/system/executions/enable", .enableExecutions, .system) { _ in
        try await setExecutionMode(.active)
      },
      .api(.post, "/system/executions/disable", .disableExecutions, .system) { _ in
        try await setExecutionMode(.passive)
      },
      .api(.get, "/system/executions/status", since: 32, .read, .system, executionModeStatus),
    ]
  }

  /// This member's execution mode.
  var executionMode: ExecutionMode {
    get async throws { try await dependencies.store.ask.executionModes.mode(of: member) }
  }

  private var member: MemberID { MemberID(dependencies.server.uuid) }

  private func setExecutionMode(_ mode: ExecutionMode) async throws -> Response {
    try await dependencies.store.ask.executionModes.set(mode, of: member)
    return .json(["executionMode": .text(mode.rawValue)])
  }

  /// Before version 36 the status of the passive mode is 503; since then only with `passiveAs503`.
  private func executionModeStatus(_ request: APIRequest) async throws -> Response {
    let passiveAs503 = try request.query.flag("passiveAs503") ?? false
    let mode = try await executionMode
    let isUnavailable = mode == .passive && (passiveAs503 || request.version < 36)
    return .json(
      ["executionMode": .text(mode.rawValue)], status: isUnavailable ? .serviceUnavailable : .ok)
  }
}
