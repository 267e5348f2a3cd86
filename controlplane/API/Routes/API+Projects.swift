import HTTPTypes
import Hummingbird
import Identity
import Model
import Store

extension API {
  var projectRoutes: [Route] {
    [
      .api(.get, "/projects", .read, .project, listProjects),
      .api(.post, "/projects", .create, .project, createProject),
      .api(.get, "/project/{project}", .read, .project, getProject),
      .api(.delete, "/project/{project}", .delete, .project, deleteProject),
    ]
  }

  func listProjects(_ request: APIRequest) async throws -> Response {
    let projects = try await dependencies.store.ask.projects.all()
    let labels = try await dependencies.store.ask.projects.values(of: "project.label")
    return .json(.array(projects.map { $0.json(links, label: labels[$0.name]) }))
  }

  func createProject(_ request: APIRequest) async throws -> Response {
    let wish = try ProjectWish(try await request.json())
    try await dependencies.store.transaction { scope in
      guard try await scope.projects.insert(name: wish.name, description: wish.description) else {
        throw APIError(
          .conflict, "api.error.project.exists", "Project already exists: \(wish.name)")
      }
      try await scope.projects.put(wish.settings, of: wish.name)
    }
    return .json(try await projectBody(wish.name), status: .created)
  }

  func getProject(_ request: APIRequest) async throws -> Response {
    .json(try await projectBody(request.path("project")))
  }

  private func projectBody(_ name: String) async throws -> JSON {
    let project = try await requireProject(name)
    let settings = try await dependencies.store.ask.projects.settings(of: name)
    return project.json(links, settings: settings)
  }

  /// The project, or the 404 of PRJ-05.
  @discardableResult
  func requireProject(_ name: String) async throws -> ProjectRecord {
    guard let project = try await dependencies.store.ask.projects.find(name) else {
      throw APIError.missing(project: name)
    }
    return project
  }
}

/// What the body of `POST /projects` asks for.
struct ProjectWish: Sendable {
  let name: String
  let description: String
  let settings: [String: String]

  init(_ json: JSON) throws(APIError) {
    guard json.members != nil else {
      throw .invalidRequest("The request body must be an object, not \(json.kindName)")
    }
    guard let name = json["name"]?.scalar, !name.isEmpty else { throw .missing(parameter: "name") }
    try Self.check(name: name)
    let given = try Self.texts(json["config"] ?? [:], field: "config")
    try ProjectSettings.check(given)
    let description = json["description"]?.scalar ?? given["project.description"] ?? ""
    self.name = name
    self.description = description
    settings = Self.defaults(name).merging(given) { _, own in own }
      .merging(["project.name": name]) { _, own in own }
  }

  /// Letters, digits, `_`, `-`, `.` and `+`, at most 255, beginning with a letter, digit or `_`.
  static func check(name: String) throws(APIError) {
    let isPlain =
      name.utf8.count <= 255
      && name.wholeMatch(of: /[\p{L}\p{N}_][\p{L}\p{N}_.+-]*/) != nil
    guard isPlain else {
      throw .invalid(
        parameter: "name", value: name,
        "Only letters, digits, '_', '-', '.' and '+' are allowed, at most 255")
    }
  }

  /// An object of scalars. Throws a 400 that names the key with anything else.
  static func texts(_ json: JSON, field: String) throws(APIError) -> [String: String] {
    guard let members = json.members else {
      throw .invalid(parameter: field, value: json.kindName, "It must be an object")
    }
    var texts: [String: String] = [:]
    for member in members where member.value != .null {
      guard let text = member.value.scalar else {
        throw .invalid(
          parameter: "\(field).\(member.key)", value: member.value.kindName, "It must be a text")
      }
      texts[member.key] = text
    }
    return texts
  }

  /// What a project has when nothing else is said (PRJ-04).
  private static func defaults(_ name: String) -> [String: String] {
    [
      "project.name": name, "project.label": "", "project.ssh-authentication": "privateKey",
      "service.FileCopier.default.provider": "quarterdeck-agent",
      "service.NodeExecutor.default.provider": "quarterdeck-agent",
      "resources.source.1.type": "local",
    ]
  }
}
