import Hummingbird
import Identity
import Model
import Store

/// The pages that `permalink` in answers leads to.
extension API {
  var permalinkRoutes: [Route] {
    [
      .open(.get, "/project/{project}/execution/show/{id}", executionPage),
      .open(.get, "/project/{project}/job/show/{id}", jobPage),
    ]
  }

  func executionPage(_ request: APIRequest) async throws -> Response {
    guard let visitor = try await visitor(request) else { return .redirect(to: "/user/login") }
    let execution = try await requireExecution(request.path("id"))
    guard execution.project == request.path("project") else {
      throw APIError.missing(execution: request.path("id"))
    }
    try await authorize(
      visitor, .read,
      on: Resource(.execution, project: execution.project, identifier: "\(execution.id)"))
    return .html(Pages.execution(execution, links))
  }

  func jobPage(_ request: APIRequest) async throws -> Response {
    guard let visitor = try await visitor(request) else { return .redirect(to: "/user/login") }
    let job = try await requireJob(request.path("id"))
    guard job.project == request.path("project") else {
      throw APIError.missing(job: request.path("id"))
    }
    try await authorize(
      visitor, .read, on: Resource(.job, project: job.project, identifier: job.id.text))
    return .html(Pages.job(job))
  }

  /// The request as that of whom its session belongs to; nil without a session.
  private func visitor(_ request: APIRequest) async throws -> APIRequest? {
    guard let principal = try await sessionPrincipal(request) else { return nil }
    var context = request.context
    context.principal = principal
    return APIRequest(request: request.request, context: context, limits: request.limits)
  }
}
