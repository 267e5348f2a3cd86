import HTTPTypes
import Hummingbird
import Identity
import Store

extension API {
  var userRoutes: [Route] {
    [
      .anyUser(.get, "/user/roles", since: 30, userRoles),
      .anyUser(.get, "/user/info", since: 21, userInfo),
      .api(.get, "/user/info/{id}", since: 21, .admin, .user, otherUserInfo),
    ]
  }

  func userRoles(_ request: APIRequest) async throws -> Response {
    .json(["roles": .texts(try request.principal.roles.sorted())])
  }

  func userInfo(_ request: APIRequest) async throws -> Response {
    .json(Self.profile(try request.principal.user))
  }

  func otherUserInfo(_ request: APIRequest) async throws -> Response {
    let user = request.path("id")
    guard try await dependencies.store.ask.users.find(user) != nil else {
      throw APIError(.notFound, "api.error.item.doesnotexist", "User does not exist: \(user)")
    }
    return .json(Self.profile(user))
  }

  private static func profile(_ user: String) -> JSON {
    ["login": .text(user), "firstName": .null, "lastName": .null, "email": .null]
  }
}
