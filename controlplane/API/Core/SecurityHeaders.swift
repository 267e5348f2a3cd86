import HTTPTypes
import Hummingbird

/// Adds the headers that keep browsers careful to every answer that does not set them itself.
struct SecurityHeaders: RouterMiddleware {
  typealias Context = APIContext

  private static let fields: [(HTTPField.Name, String)] = [
    ("cache-control", "no-cache, no-store, max-age=0, must-revalidate"),
    (
      "content-security-policy",
      "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'self'; "
        + "object-src 'none'"
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "deny"),
    ("x-xss-protection", "1; mode=block"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    (
      "permissions-policy",
      "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), "
        + "microphone=(), payment=(), usb=()"
    ),
    ("referrer-policy", "strict-origin-when-cross-origin"),
  ].compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }

  func handle(
    _ request: Request, context: APIContext,
    next: (Request, APIContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    for (name, value) in Self.fields where response.headers[name] == nil {
      response.headers[name] = value
    }
    return response
  }
}
