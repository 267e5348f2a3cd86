import HTTPTypes
import Hummingbird
import Identity
import Model
import Store

extension API {
  var executionModeRoutes: [Route] {
    [
      .api(.post, "/system/executions/enable", .enableExecutions, .system) {
        try await setExecutionMode(.active, $0)
      },
      .api(.post, "/system/executions/disable", .disableExecutions, .system) {
        try await setExecutionMode(.passive, $0)
      },
      .api(.get, "/system/executions/status", since: 32, .read, .system, executionModeStatus),
    ]
  }

  /// This member's execution mode.
  var executionMode: ExecutionMode {
    get async throws { try await dependencies.store.ask.executionModes.mode(of: member) }
  }

  private var member: MemberID { MemberID(dependencies.server.uuid) }

  /// Where there is a cluster the change is in its log of decisions, and the other members hear of it.
  private func setExecutionMode(
    _ mode: ExecutionMode, _ request: APIRequest
  ) async throws -> Response {
    if let cluster = dependencies.cluster {
      _ = try await cluster.set(mode, of: member, by: try request.principal.user)
    } else {
      try await dependencies.store.ask.executionModes.set(mode, of: member)
    }
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
