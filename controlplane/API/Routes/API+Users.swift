import HTTPTypes
import Hummingbird
import Identity
import Store

extension API {
  var userRoutes: [Route] {
    [
      .anyUser(.get, "/user/roles", since: 30, userRoles),
      .anyUser(.get, "/user/info", since: 21, userInfo),
      .anyUser(.post, "/user/info", since: 21, changeUserInfo),
      .api(.get, "/user/info/{id}", since: 21, .admin, .user, otherUserInfo),
      .api(.post, "/user/info/{id}", since: 21, .admin, .user, changeOtherUserInfo),
      .api(.get, "/user/list", since: 21, .admin, .user, listUsers),
    ]
  }

  func userRoles(_ request: APIRequest) async throws -> Response {
    .json(["roles": .texts(try request.principal.roles.sorted())])
  }

  func userInfo(_ request: APIRequest) async throws -> Response {
    let user = try request.principal.user
    let profile = try await dependencies.store.ask.profiles.find(user)
    return .json((profile ?? UserProfile(login: user)).json)
  }

  func otherUserInfo(_ request: APIRequest) async throws -> Response {
    .json(try await requireProfile(request.path("id")).json)
  }

  func changeUserInfo(_ request: APIRequest) async throws -> Response {
    try await change(try request.principal.user, request)
  }

  func changeOtherUserInfo(_ request: APIRequest) async throws -> Response {
    let user = request.path("id")
    _ = try await requireProfile(user)
    return try await change(user, request)
  }

  private func change(_ user: String, _ request: APIRequest) async throws -> Response {
    let change = try UserProfileChange(try await request.json())
    return .json(try await dependencies.store.ask.profiles.put(change, of: user).json)
  }

  private func requireProfile(_ user: String) async throws -> UserProfile {
    guard let profile = try await dependencies.store.ask.profiles.find(user) else {
      throw APIError(.notFound, "api.error.item.doesnotexist", "User does not exist: \(user)")
    }
    return profile
  }

  func listUsers(_ request: APIRequest) async throws -> Response {
    let users = try await dependencies.store.ask.profiles.list()
    let isDetailed = request.version >= 27
    return .json(.array(users.map { isDetailed ? $0.json : $0.profile.json }))
  }
}
