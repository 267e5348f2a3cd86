public import HTTPTypes
import Hummingbird
public import Identity

/// One line of the table of routes: what is asked for, since which API version, and which action on
/// which resource whoever asks must be allowed.
public struct Route: Sendable {
  /// Who may use a route.
  public enum Access: Sendable, Hashable {
    /// Whoever may do this to that, as the `Authorizer` says.
    case action(Action, Resource.Kind)
    /// Everybody who is logged in or has a token.
    case authenticated
    /// Everybody.
    case open
  }

  typealias Handler = @Sendable (APIRequest) async throws -> Response

  public let method: HTTPRequest.Method
  /// The path pattern with `{name}` for parameters; below `/api/{version}` when `since` is not nil.
  public let path: String
  /// The first API version that has the route; nil for a path without a version.
  public let since: Int?
  public let access: Access
  let handler: Handler

  /// The whole pattern as the router has it.
  public var pattern: String { since == nil ? path : "/api/{version}\(path)" }
}

extension Route {
  static func api(
    _ method: HTTPRequest.Method, _ path: String, since: Int = APIVersion.oldest,
    _ action: Action, _ kind: Resource.Kind, _ handler: @escaping Handler
  ) -> Route {
    Route(method: method, path: path, since: since, access: .action(action, kind), handler: handler)
  }

  static func anyUser(
    _ method: HTTPRequest.Method, _ path: String, since: Int = APIVersion.oldest,
    _ handler: @escaping Handler
  ) -> Route {
    Route(method: method, path: path, since: since, access: .authenticated, handler: handler)
  }

  static func open(
    _ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler
  ) -> Route {
    Route(method: method, path: path, since: nil, access: .open, handler: handler)
  }
}
