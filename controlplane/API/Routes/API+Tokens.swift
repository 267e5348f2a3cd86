import HTTPTypes
import Hummingbird
import Identity
import Store

extension API {
  var tokenRoutes: [Route] {
    [
      .api(.get, "/tokens", .read, .apitoken, listTokens),
      .api(.get, "/tokens/{id}", .read, .apitoken, listTokens),
      .api(.post, "/tokens", .create, .apitoken, createToken),
      .api(.post, "/tokens/{id}", .create, .apitoken, createToken),
      .api(.get, "/token/{id}", .read, .apitoken, getToken),
      .api(.delete, "/token/{id}", .delete, .apitoken, deleteToken),
    ]
  }

  func listTokens(_ request: APIRequest) async throws -> Response {
    let user = request.context.parameters.get("id").map { _ in request.path("id") }
    let tokens = try await dependencies.store.ask.tokens.list(username: user)
    return .json(.array(tokens.map { $0.json() }))
  }

  func getToken(_ request: APIRequest) async throws -> Response {
    let id = request.path("id")
    guard let token = try await dependencies.store.ask.tokens.find(id) else {
      throw APIError.missing(token: id)
    }
    return .json(token.json())
  }

  func deleteToken(_ request: APIRequest) async throws -> Response {
    let id = request.path("id")
    guard try await dependencies.store.ask.tokens.delete(id) else {
      throw APIError.missing(token: id)
    }
    return .noContent
  }

  func createToken(_ request: APIRequest) async throws -> Response {
    let wish = try TokenWish(
      try await request.json(), user: request.path("id"), principal: try request.principal,
      longest: dependencies.limits.tokenLifetime)
    let made = try await TokenIssue(store: dependencies.store).create(
      for: wish.user, by: try request.principal.user, roles: wish.roles, name: wish.name,
      lifetime: wish.lifetime)
    return .json(made.record.json(token: made.token), status: .created)
  }
}

/// What the body of `POST /tokens` asks for.
struct TokenWish: Sendable {
  let user: String
  let roles: [String]
  let name: String?
  /// nil: for ever.
  let lifetime: Duration?

  /// - Parameter longest: how long tokens may live; nil: as long as anybody likes.
  init(
    _ json: JSON, user pathUser: String, principal: Principal, longest: Duration?
  ) throws(APIError) {
    guard json.members != nil else {
      throw .invalidRequest("The request body must be an object, not \(json.kindName)")
    }
    let user = pathUser.isEmpty ? json["user"]?.scalar ?? "" : pathUser
    guard !user.isEmpty else { throw .missing(parameter: "user") }
    self.user = user
    roles = try Self.roles(json["roles"], user: user, principal: principal)
    name = json["name"]?.scalar
    lifetime = try Self.lifetime(json["duration"]?.scalar, longest)
  }

  /// The wanted life, or the longest one. Throws a 400 that names the limit for more than that; 0 asks
  /// for a token that does not expire.
  private static func lifetime(_ text: String?, _ longest: Duration?) throws(APIError) -> Duration?
  {
    let wanted = text == "0" ? nil : try duration(text)
    guard let longest else { return wanted }
    guard text != "0", (wanted ?? longest) <= longest else {
      throw .invalid(
        parameter: "duration", value: text ?? "",
        "The longest duration of a token is \(longest.components.seconds)s "
          + "(rundeck.api.tokens.duration.max)")
    }
    return wanted ?? longest
  }

  private static func roles(
    _ json: JSON?, user: String, principal: Principal
  ) throws(APIError) -> [String] {
    let texts =
      json?.elements?.compactMap(\.scalar)
      ?? json?.scalar?.split(separator: ",").map { String(trimmed($0)) } ?? []
    let roles = texts.filter { !$0.isEmpty }
    guard !roles.isEmpty else { throw .missing(parameter: "roles") }
    guard roles == ["*"] else { return Array(Set(roles)).sorted() }
    guard user == principal.user else {
      throw .invalid(parameter: "roles", value: "*", "It is allowed for one's own tokens only")
    }
    return principal.roles.sorted()
  }

  /// 100 years.
  private static let longestSeconds: Int64 = 3_153_600_000

  /// `120d`, `12h`, `30m`, `45s`, `2w`, `1y`, or several of them.
  static func duration(_ text: String?) throws(APIError) -> Duration? {
    guard let text, !text.isEmpty else { return nil }
    let units: [Character: Int64] = [
      "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "y": 31_536_000,
    ]
    var seconds: Int64 = 0
    var digits = ""
    for character in text where !character.isWhitespace {
      if character.isASCII, character.isNumber {
        digits.append(character)
      } else if let unit = units[character], let number = Int64(digits), number < 1_000_000,
        seconds < longestSeconds
      {
        seconds += number * unit
        digits = ""
      } else {
        throw .invalid(parameter: "duration", value: text, "Write it like 120d or 12h30m")
      }
    }
    guard digits.isEmpty, (1...longestSeconds).contains(seconds) else {
      throw .invalid(
        parameter: "duration", value: text,
        "Write it like 120d or 12h30m, from 1 second to 100 years")
    }
    return .seconds(seconds)
  }
}
