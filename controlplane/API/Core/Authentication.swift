import HTTPTypes
import Hummingbird
import Identity

extension HTTPField.Name {
  /// Carries an API token.
  static let authToken = HTTPField.Name("X-Rundeck-Auth-Token")!
}

/// Finds out who makes a request of the API: by its token, else by its session. Nobody gets past it
/// unknown (AUT-01 to AUT-04).
struct Authentication: RouterMiddleware {
  typealias Context = APIContext
  let dependencies: APIDependencies

  func handle(
    _ request: Request, context: APIContext,
    next: (Request, APIContext) async throws -> Response
  ) async throws -> Response {
    guard request.uri.path.hasPrefix("/api/") else { return try await next(request, context) }
    var context = context
    let token =
      request.headers[.authToken]
      ?? Parameters(urlEncoded: request.uri.query ?? "").text("authtoken")
    if let token, !token.isEmpty {
      context.principal = try await principal(token: token, request)
    } else {
      context.principal = try await principal(session: request)
    }
    return try await next(request, context)
  }

  private func principal(token: String, _ request: Request) async throws -> Principal {
    guard let principal = try await dependencies.tokens.principal(for: token) else {
      throw APIError.unauthorized(
        "(Token:\(TokenAuthenticator.masked(token)))", path: request.uri.path)
    }
    return principal
  }

  private func principal(session request: Request) async throws -> Principal {
    guard let cookie = request.sessionCookie,
      let principal = try await dependencies.sessions.principal(forCookie: cookie)
    else { throw APIError.unauthorized("(unauthenticated)", path: request.uri.path) }
    try request.requireOwnOrigin(base: dependencies.server.url)
    return principal
  }
}

extension Request {
  /// The name of the cookie, as Rundeck has it.
  static let sessionCookieName = "JSESSIONID"

  var sessionCookie: String? { cookies[Self.sessionCookieName]?.value }

  /// Throws a 403 for an unsafe request that a browser sends with its cookie from another site's page.
  func requireOwnOrigin(base: String) throws(APIError) {
    guard method != .get, method != .head else { return }
    guard
      RequestOrigin.isOurs(
        origin: headers[.origin], referer: headers[.referer], host: head.authority, base: base)
    else {
      throw APIError(
        .forbidden, "unauthorized", "The request comes from a page of another site")
    }
  }
}
