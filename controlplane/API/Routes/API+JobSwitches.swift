import HTTPTypes
import Hummingbird
import Identity
import Model
import Store

extension API {
  var jobSwitchRoutes: [Route] {
    [(JobSwitch.schedule, Action.toggleSchedule), (.execution, .toggleExecution)].flatMap {
      which, action in
      [true, false].flatMap { enabled in
        let path = "\(which.rawValue)/\(enabled ? "enable" : "disable")"
        return [
          Route.api(.post, "/job/{id}/\(path)", action, .job) { request in
            try await setSwitch(which, enabled, request)
          },
          Route.api(.post, "/jobs/\(path)", since: 16, action, .job) { request in
            try await setSwitches(which, enabled, request)
          },
        ]
      }
    }
  }

  private func setSwitch(
    _ which: JobSwitch, _ enabled: Bool, _ request: APIRequest
  ) async throws -> Response {
    let id = request.path("id")
    let changed = try await set(which, enabled, of: [JobID(id)])
    guard !changed.isEmpty else { throw APIError.missing(job: id) }
    return .json(["success": true])
  }

  private func setSwitches(
    _ which: JobSwitch, _ enabled: Bool, _ request: APIRequest
  ) async throws -> Response {
    let ids = try await request.jobIDs()
    let changed = try await set(which, enabled, of: ids)
    let word = "Job \(which.rawValue) was \(enabled ? "enabled" : "disabled")"
    return .json(Self.bulk(ids, changed, success: word).json(enabled: enabled))
  }

  /// Sets the switch of jobs; the answer has those that exist. Who changes a schedule owns it.
  private func set(
    _ which: JobSwitch, _ enabled: Bool, of ids: [JobID]
  ) async throws -> Set<JobID> {
    let owner = scheduling.owner
    return try await dependencies.store.transaction { scope in
      try await scope.schedules.lock(ids)
      let changed = try await scope.jobs.set(which, to: enabled, of: ids)
      if which == .schedule {
        try await scope.schedules.setEnabled(
          enabled, of: ids.filter(changed.contains), owner: owner)
      }
      return changed
    }
  }
}
