public import Hummingbird
import Identity
import Model

/// Rundeck's API over the store and the member's executions.
public struct API: Sendable {
  let dependencies: APIDependencies

  public init(_ dependencies: APIDependencies) { self.dependencies = dependencies }

  /// The table of routes, for whoever documents or checks them.
  public var routes: RouteTable { RouteTable(self) }

  /// A router with all routes of the table. Whoever serves more paths on the same port (`/agent/…`)
  /// adds them to it: what stands around the routes acts on `/api/…` only, but for the security headers
  /// and the metrics.
  public static func makeRouter(_ dependencies: APIDependencies) -> Router<APIContext> {
    let api = API(dependencies)
    let table = api.routes
    let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestMetrics(registry: dependencies.metrics))
    router.add(middleware: SecurityHeaders())
    router.add(middleware: ErrorAnswers(table: table))
    router.add(middleware: VersionCheck())
    router.add(middleware: Authentication(dependencies: dependencies))
    for route in table.routes {
      router.on(RouterPath(route.pattern), method: route.method) { request, context in
        try await api.serve(route, request, context)
      }
    }
    return router
  }

  /// Checks version and access, then lets the route's handler answer.
  private func serve(
    _ route: Route, _ request: Request, _ context: APIContext
  ) async throws -> Response {
    if let since = route.since {
      try APIVersion.check(context.version, since: since, path: request.uri.path)
    }
    let apiRequest = APIRequest(
      request: request, context: context, limits: dependencies.limits)
    try apiRequest.checkAddress()
    if case .action(let action, let kind) = route.access {
      try await authorize(apiRequest, action, kind)
    }
    return try await route.handler(apiRequest)
  }

  /// Throws the 403 when the principal may not do that; the resource is what the path names.
  private func authorize(
    _ request: APIRequest, _ action: Action, _ kind: Resource.Kind
  ) async throws {
    if kind == .storage {
      let path = try request.storagePath()
      return try await authorize(
        request, action, on: Resource(.storage, project: path.project, identifier: path.text))
    }
    let parameters = request.context.parameters
    let resource = Resource(
      kind, project: parameters.get("project"), identifier: parameters.get("id"))
    try await authorize(request, action, on: resource)
  }

  /// The same for a resource that only a handler can name.
  func authorize(_ request: APIRequest, _ action: Action, on resource: Resource) async throws {
    let principal = try request.principal
    let decision = await dependencies.authorizer.decide(principal, action, on: resource)
    guard decision.isAllowed else {
      let what =
        resource.identifier.map { "\(resource.kind.rawValue) \($0)" }
        ?? resource.project.map { "\(resource.kind.rawValue) in project \($0)" }
        ?? resource.kind.rawValue
      throw APIError(
        .forbidden, "api.error.item.unauthorized",
        "Not authorized for action \"\(action.rawValue)\" for \(what): \(decision.reason)")
    }
  }
}
