import FoundationEssentials
import HTTPClient
import Model

/// How a request says who sends it.
enum RequestAuthentication: Sendable, Hashable {
  case none
  case basic(user: String, password: Password)
  /// Client credentials of OAuth 2.0: a token is asked for at `tokenURL`, and looked at at `validateURL` if there is one.
  case oauth(client: String, secret: Password, tokenURL: String, validateURL: String?)

  /// Where the password comes from: a definition, which is read by many, never has it.
  enum Password: Sendable, Hashable {
    /// The value of a secure option.
    case value(String)
    /// A path of the key storage.
    case stored(String)
  }

  /// Throws `UnfitStep` for settings that are missing or cannot be used.
  init(_ settings: StepConfiguration) throws(UnfitStep) {
    let kind = try settings.text("authentication") ?? "None"
    switch kind.lowercased() {
    case "none": self = .none
    case "basic":
      self = .basic(
        user: try settings.required("username"), password: try Self.password(settings))
    case "oauth 2.0":
      let validate = settings.raw("oauthValidateEndpoint")
      self = .oauth(
        client: try settings.required("username"), secret: try Self.password(settings),
        tokenURL: try settings.expandAddress(try settings.required("oauthTokenEndpoint")),
        validateURL: try validate.map { text throws(UnfitStep) in try settings.expandAddress(text) }
      )
    default: throw settings.bad("authentication", kind, "None, Basic or OAuth 2.0")
    }
  }

  private static func password(_ settings: StepConfiguration) throws(UnfitStep) -> Password {
    let raw = settings.raw("password") ?? ""
    if let reference = ReferenceExpansion.reference(at: raw[...]), reference.group == "option",
      reference.length == raw.utf8.count
    {
      guard let secret = settings.context.secureOptions[reference.key] else {
        throw UnfitStep(
          message:
            "Step \(settings.type): the option \(reference.key) of the setting password is no "
            + "secure option, or has no value")
      }
      return .value(secret)
    }
    guard raw.hasPrefix("keys/") || raw.hasPrefix("/keys/") else {
      throw UnfitStep(
        message: "Step \(settings.type): the setting password must be a path of the key storage "
          + "(keys/…) or ${option.name} of a secure option")
    }
    return .stored(try settings.expand(raw))
  }

  /// The password, where one is needed. Throws `StepFailure` when it cannot be had.
  func secret(_ keys: StepKeys) async throws(StepFailure) -> String? {
    switch self {
    case .none: return nil
    case .basic(_, .value(let secret)), .oauth(_, .value(let secret), _, _): return secret
    case .basic(_, .stored(let path)), .oauth(_, .stored(let path), _, _):
      do throws(KeyStorageError) {
        return try await keys.password(at: path)
      } catch {
        throw StepFailure(
          "ConfigurationFailure",
          "The setting password is the path \(path) of the key storage, but \(error)")
      }
    }
  }

  /// The value of the field `Authorization`; nil for none. Throws `StepFailure` when there is no token.
  func field(
    _ secret: String?, _ tools: MemberTools, _ route: StepWeb.Route, within time: Duration
  ) async throws(StepFailure) -> String? {
    let secret = secret ?? ""
    switch self {
    case .none: return nil
    case .basic(let user, _): return Self.basic(user, secret)
    case .oauth(let client, _, let tokenURL, let validateURL):
      let token = try await Self.token(
        HTTPRequest(
          "POST", tokenURL,
          headers: [
            "Authorization": Self.basic(client, secret), "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
          ], body: .bytes(Array("grant_type=client_credentials".utf8))), tools, route, time)
      if let validateURL { try await Self.validate(token, at: validateURL, tools, route, time) }
      return "Bearer \(token)"
    }
  }

  private static func basic(_ user: String, _ password: String) -> String {
    "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
  }

  private static func token(
    _ request: HTTPRequest, _ tools: MemberTools, _ route: StepWeb.Route, _ time: Duration
  ) async throws(StepFailure) -> String {
    let response = try await tools.web.send(request, route: route, limit: 65_536, within: time)
    guard response.status == 200,
      let answer = try? JSONDecoder().decode(TokenAnswer.self, from: Data(response.body)),
      !answer.access_token.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F })
    else {
      throw StepFailure(
        "OAuthFailure", "\(request.url) gave no token: the server answered \(response.status)")
    }
    return answer.access_token
  }

  private static func validate(
    _ token: String, at address: String, _ tools: MemberTools, _ route: StepWeb.Route,
    _ time: Duration
  ) async throws(StepFailure) {
    let request = HTTPRequest("GET", address, headers: ["Authorization": "Bearer \(token)"])
    let response = try await tools.web.send(request, route: route, limit: 65_536, within: time)
    guard response.status < 300 else {
      throw StepFailure(
        "OAuthFailure", "\(address) refused the token: the server answered \(response.status)")
    }
  }

  private struct TokenAnswer: Decodable { let access_token: String }
}
