import HTTPTypes
import Hummingbird
import Identity
import Store

extension API {
  var projectConfigRoutes: [Route] {
    [
      .api(.get, "/project/{project}/config", .configure, .project, getConfig),
      .api(.put, "/project/{project}/config", .configure, .project, putConfig),
      .api(.get, "/project/{project}/config/{key}", .configure, .project, getConfigKey),
      .api(.put, "/project/{project}/config/{key}", .configure, .project, putConfigKey),
      .api(.delete, "/project/{project}/config/{key}", .configure, .project, deleteConfigKey),
    ]
  }

  func getConfig(_ request: APIRequest) async throws -> Response {
    let name = request.path("project")
    try await requireProject(name)
    return try await configAnswer(request, name)
  }

  /// Replaces all settings by those of the body.
  func putConfig(_ request: APIRequest) async throws -> Response {
    let name = request.path("project")
    var settings = try await settings(request)
    settings["project.name"] = name
    try ProjectSettings.check(settings)
    let all = settings
    try await dependencies.store.transaction { scope in
      guard try await scope.projects.find(name) != nil else {
        throw APIError.missing(project: name)
      }
      try await scope.projects.clearSettings(of: name)
      try await scope.projects.put(all, of: name)
      try await scope.projects.describe(name, as: all["project.description"] ?? "")
    }
    return try await configAnswer(request, name)
  }

  func getConfigKey(_ request: APIRequest) async throws -> Response {
    let (name, key) = (request.path("project"), request.path("key"))
    try await requireProject(name)
    guard let value = try await dependencies.store.ask.projects.setting(key, of: name) else {
      throw Self.missing(key: key)
    }
    return request.wantsText ? .text(value) : .json(["key": .text(key), "value": .text(value)])
  }

  func putConfigKey(_ request: APIRequest) async throws -> Response {
    let (name, key) = (request.path("project"), request.path("key"))
    let value = try await settingValue(request, key)
    try ProjectSettings.check([key: value])
    try await dependencies.store.transaction { scope in
      guard try await scope.projects.find(name) != nil else {
        throw APIError.missing(project: name)
      }
      try await scope.projects.put([key: value], of: name)
      if key == "project.description" { try await scope.projects.describe(name, as: value) }
    }
    return request.wantsText ? .text(value) : .json(["key": .text(key), "value": .text(value)])
  }

  func deleteConfigKey(_ request: APIRequest) async throws -> Response {
    let (name, key) = (request.path("project"), request.path("key"))
    try await requireProject(name)
    guard try await dependencies.store.ask.projects.removeSetting(key, of: name) else {
      throw Self.missing(key: key)
    }
    return .noContent
  }

  private func configAnswer(_ request: APIRequest, _ name: String) async throws -> Response {
    let settings = try await dependencies.store.ask.projects.settings(of: name)
    return request.wantsText ? .text(PropertiesText.write(settings)) : .json(.map(settings))
  }

  private func settings(_ request: APIRequest) async throws -> [String: String] {
    switch try await request.body() {
    case .json(let json): return try ProjectWish.texts(json, field: "config")
    case .other("text/plain", let bytes):
      return PropertiesText.read(String(decoding: bytes, as: UTF8.self))
    case .empty: throw APIError.invalidRequest("The request body is empty")
    case .form, .multipart, .other:
      throw APIError(
        .unsupportedMediaType, "api.error.invalid.request",
        "The request body must be JSON or text/plain")
    }
  }

  private func settingValue(_ request: APIRequest, _ key: String) async throws -> String {
    switch try await request.body() {
    case .json(let json):
      guard let value = (json["value"] ?? json[key])?.scalar else {
        throw APIError.missing(parameter: "value")
      }
      return value
    case .other("text/plain", let bytes): return String(decoding: bytes, as: UTF8.self)
    case .empty, .form, .multipart, .other: throw APIError.missing(parameter: "value")
    }
  }

  private static func missing(key: String) -> APIError {
    APIError(.notFound, "api.error.item.doesnotexist", "Property does not exist: \(key)")
  }
}

extension APIRequest {
  /// Whether plain text is asked for, by `Accept` or by `format`.
  var wantsText: Bool {
    if let format = query.text("format") { return format == "text" }
    return request.headers[.accept]?.lowercased().hasPrefix("text/plain") ?? false
  }
}
