public import HTTPTypes

/// A request's refusal, which is at the same time its answer: Rundeck's error body
/// `{error, apiversion, errorCode, message}`.
public struct APIError: Error, Sendable, Hashable {
  public let status: HTTPResponse.Status
  /// One of Rundeck's codes, such as `api.error.item.doesnotexist`.
  public let code: String
  public let message: String
  /// More headers of the answer, such as `Allow`.
  public var headers: HTTPFields = [:]
  /// What the body has for `error` in the place of `true`.
  public var error: String?

  public init(_ status: HTTPResponse.Status, _ code: String, _ message: String) {
    self.status = status
    self.code = code
    self.message = message
  }
}

extension APIError {
  static func invalidRequest(_ message: String) -> APIError {
    APIError(.badRequest, "api.error.invalid.request", message)
  }

  static func missing(parameter name: String) -> APIError {
    APIError(.badRequest, "api.error.parameter.required", "parameter \"\(name)\" is required")
  }

  static func invalid(parameter name: String, value: String, _ reason: String) -> APIError {
    APIError(
      .badRequest, "api.error.parameter.invalid",
      "The value \"\(value.prefix(200))\" for parameter \"\(name)\" was invalid. \(reason)")
  }

  static func null(in place: String) -> APIError {
    .invalidRequest("The character U+0000 is not allowed in \(place)")
  }

  /// A list in a request that is longer than one statement takes.
  static func tooMany(_ count: Int, in name: String) -> APIError {
    .invalid(
      parameter: name, value: "\(count) items", "It may have at most \(APILimits.listItems) items")
  }

  static func missing(project name: String) -> APIError {
    APIError(.notFound, "api.error.project.missing", "Project does not exist: \(name)")
  }

  static func missing(job id: String) -> APIError {
    APIError(.notFound, "api.error.item.doesnotexist", "Job ID does not exist: \(id)")
  }

  static func missing(execution text: String) -> APIError {
    APIError(.notFound, "api.error.item.doesnotexist", "Execution does not exist: \(text)")
  }

  static func missing(agent name: String) -> APIError {
    APIError(.notFound, "api.error.item.doesnotexist", "Agent does not exist: \(name)")
  }

  static func missing(token id: String) -> APIError {
    APIError(.notFound, "api.error.item.doesnotexist", "Token does not exist: \(id)")
  }

  static func unsupportedFormat(_ format: String) -> APIError {
    APIError(
      .unsupportedMediaType, "api.error.item.unsupported-format",
      "The format is not valid: \(format)")
  }

  static func unsupportedVersion(_ version: String, path: String, reason: String) -> APIError {
    APIError(
      .badRequest, "api.error.api-version.unsupported",
      "Unsupported API Version \"\(version)\". API Request: \(path). Reason: \(reason)")
  }

  static func unknownRequest(_ path: String) -> APIError {
    let unserved =
      UnservedPaths.contain(path)
      ? " (Rundeck has it; this version of Quarterdeck does not serve it)" : ""
    return APIError(
      .notFound, "api.error.invalid.request", "Invalid API Request: \(path)\(unserved)")
  }

  static func unauthorized(_ who: String, path: String) -> APIError {
    APIError(.forbidden, "unauthorized", "\(who) is not authorized for: \(path)")
  }

  static func tooLarge(limit: Int) -> APIError {
    APIError(
      .contentTooLarge, "api.error.request.too-large",
      "The request body is larger than the limit of \(limit) bytes")
  }

  static func tooSlow(limit: Duration) -> APIError {
    var error = APIError(
      .requestTimeout, "api.error.request.timeout",
      "The request body did not arrive within \(limit.components.seconds) seconds")
    error.headers[.connection] = "close"
    return error
  }

  static func unavailable(_ message: String) -> APIError {
    var error = APIError(.serviceUnavailable, "api.error.unavailable", message)
    error.headers[.retryAfter] = "1"
    return error
  }
}
