import Hummingbird

/// Reads the version of `/api/VERSION/…` and refuses those that are not served, before anything else is
/// looked at: an unknown path of an old version is a matter of the version.
struct VersionCheck: RouterMiddleware {
  typealias Context = APIContext

  func handle(
    _ request: Request, context: APIContext,
    next: (Request, APIContext) async throws -> Response
  ) async throws -> Response {
    let parts = request.uri.path.split(separator: "/", maxSplits: 2)
    guard parts.first == "api" else { return try await next(request, context) }
    var context = context
    context.version = try APIVersion.parse(
      parts.count > 1 ? String(parts[1]) : "", path: request.uri.path)
    return try await next(request, context)
  }
}
