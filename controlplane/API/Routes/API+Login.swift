import HTTPTypes
import Hummingbird
import Identity
import Logging
import Model
import Store

extension API {
  var loginRoutes: [Route] {
    [
      .open(.get, "/", home),
      .open(.get, "/user/login", loginPage),
      .open(.get, "/user/error", loginErrorPage),
      .open(.post, "/j_security_check", logIn),
      .open(.post, "/user/logout", logOut),
      .open(.get, "/user/logout", logOut),
    ]
  }

  func home(_ request: APIRequest) async throws -> Response {
    guard let principal = try await sessionPrincipal(request) else {
      return .redirect(to: "/user/login")
    }
    return .html(Pages.home(user: principal.user, server: dependencies.server))
  }

  func loginPage(_ request: APIRequest) async throws -> Response {
    .html(Pages.login(message: nil))
  }

  func loginErrorPage(_ request: APIRequest) async throws -> Response {
    .html(Pages.login(message: "Invalid username and password, or too many tries. Try again."))
  }

  func logIn(_ request: APIRequest) async throws -> Response {
    try request.request.requireOwnOrigin(base: dependencies.server.url)
    guard case .form(let form) = try await request.body() else {
      throw APIError(
        .unsupportedMediaType, "api.error.invalid.request", "The login must be a form")
    }
    guard let user = form.text("j_username"), let password = form.text("j_password") else {
      return .redirect(to: "/user/error")
    }
    let outcome = try await dependencies.login.attempt(
      user: user, password: password, address: request.context.remoteAddress)
    guard case .accepted(let name, let roles) = outcome else {
      request.noteFailedLogin(of: user, outcome)
      return .redirect(to: "/user/error")
    }
    try await dependencies.store.ask.profiles.note(name)
    let cookie = try await dependencies.sessions.begin(user: name, roles: roles)
    return signedIn(cookie)
  }

  func logOut(_ request: APIRequest) async throws -> Response {
    try request.request.requireOwnOrigin(base: dependencies.server.url)
    if let cookie = request.request.sessionCookie {
      try await dependencies.sessions.end(cookie: cookie)
    }
    var response = Response.redirect(to: "/user/login")
    response.headers[.setCookie] = cookieHeader("", ages: true)
    return response
  }

  private func signedIn(_ cookie: String) -> Response {
    var response = Response.redirect(to: "/")
    response.headers[.setCookie] = cookieHeader(cookie, ages: false)
    return response
  }

  /// `Secure` when users reach this cluster by HTTPS.
  private func cookieHeader(_ value: String, ages: Bool) -> String {
    var header = "\(Request.sessionCookieName)=\(value); Path=/; HttpOnly; SameSite=Lax"
    if dependencies.server.url.lowercased().hasPrefix("https:") { header += "; Secure" }
    return ages ? header + "; Max-Age=0" : header
  }

  func sessionPrincipal(_ request: APIRequest) async throws -> Principal? {
    guard let cookie = request.request.sessionCookie else { return nil }
    return try await dependencies.sessions.principal(forCookie: cookie)
  }
}

extension APIRequest {
  /// For whoever looks for guessing: who was meant and from where, never the password.
  fileprivate func noteFailedLogin(of user: String, _ outcome: Login.Outcome) {
    let why = outcome == .refused ? "wrong user name or password" : "too many failed tries"
    context.logger.warning(
      "A login failed",
      metadata: [
        "user": "\(user.prefix(128).shown)", "address": "\(context.remoteAddress)",
        "reason": "\(why)",
      ])
  }
}

extension Substring {
  /// Without control characters, which could look like another line of a log.
  fileprivate var shown: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}

extension Response {
  static func html(_ page: String) -> Response {
    var response = Response.text(page, type: "text/html;charset=UTF-8")
    // The pages have their style in themselves and no script at all.
    if let name = HTTPField.Name("content-security-policy") {
      response.headers[name] =
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
        + "frame-ancestors 'none'; base-uri 'none'"
    }
    return response
  }
}
