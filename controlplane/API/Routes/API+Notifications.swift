import Hummingbird
import Identity
import Model
import Store

// Notifications and their deliveries: paths of our own.

extension API {
  var notificationRoutes: [Route] {
    [
      .api(.get, "/execution/{id}/notifications", .read, .execution, listNotifications),
      .api(
        .get, "/project/{project}/notifications", .read, .event, listNotificationsOfProject),
      .api(
        .post, "/execution/{id}/notifications/{notification}/retry", .run, .execution,
        retryNotification),
    ]
  }

  func listNotifications(_ request: APIRequest) async throws -> Response {
    let execution = try await requireExecution(request.path("id"))
    let notifications = dependencies.store.ask.notifications
    // In this order what is said to be delivered has the delivery that says so.
    let records = try await notifications.all(of: execution.id)
    let attempts = Dictionary(
      grouping: try await notifications.attempts(of: execution.id), by: \.notification)
    return .json([
      "notifications": .array(
        records.map { record in
          var body = record.json
          body.add("deliveries", .array((attempts[record.id] ?? []).map(\.json)))
          return body
        })
    ])
  }

  /// Those that wait, were delivered or were given up (`state`, which is `dead` without it), newest first.
  func listNotificationsOfProject(_ request: APIRequest) async throws -> Response {
    let project = request.path("project")
    let text = request.query.text("state") ?? NotificationState.dead.rawValue
    guard let state = NotificationState(rawValue: text) else {
      throw APIError.invalid(
        parameter: "state", value: text,
        "It must be one of \(NotificationState.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let limit = try request.query.count("max") ?? dependencies.limits.executionsPerPage
    let last = try request.query.count("before")
    try await requireProject(project)
    let records = try await dependencies.store.ask.notifications.list(
      state, project: project, before: last, limit: Int(min(limit, 1_000)))
    return .json(["notifications": .array(records.map(\.json))])
  }

  /// Lets one that was given up be tried again.
  func retryNotification(_ request: APIRequest) async throws -> Response {
    let execution = try await requireExecution(request.path("id"))
    let text = request.path("notification")
    let notifications = dependencies.store.ask.notifications
    guard let id = Int64(text), let record = try await notifications.find(id),
      record.execution == execution.id
    else {
      throw APIError(
        .notFound, "api.error.item.doesnotexist", "Notification ID does not exist: \(text)")
    }
    guard try await notifications.revive(id) else {
      throw APIError(
        .conflict, "api.error.notification.not.dead", "The notification was not given up: \(text)")
    }
    return .json(try await notifications.find(id)?.json ?? record.json)
  }
}

extension NotificationRecord {
  var json: JSON {
    var body: JSON = [
      "id": .integer(id), "delivery": .text(deliveryID), "trigger": .text(event),
      "type": .text(kind.rawValue), "receiver": .text(receiver), "status": .text(status),
      "state": .text(state.rawValue), "attempts": .integer(attempts), "created": createdAt.json,
    ]
    body.add("execution", execution.map { .integer($0.number) })
    body.add("job", job.map { .text($0.text) })
    if state == .waiting {
      body.add(claimedBy == nil ? "next" : "claimedUntil", dueAt.json)
      body.add("claimedBy", claimedBy.map { .text($0) })
    }
    body.add("settled", settledAt?.json)
    body.add("error", error.map { .text($0) })
    return body
  }
}

extension NotificationAttempt {
  var json: JSON {
    var body: JSON = [
      "attempt": .integer(number), "member": .text(member), "began": beganAt.json,
    ]
    body.add("ended", endedAt?.json)
    body.add("code", code.map { .integer($0) })
    body.add("answer", answer.map { .text($0) })
    body.add("error", error.map { .text($0) })
    return body
  }
}
