import Execution
import HTTPTypes
import Hummingbird
import Identity
import Model
import Store

extension API {
  var adHocRoutes: [Route] {
    [
      .api(.post, "/project/{project}/run/command", .run, .adhoc, runCommand),
      .api(.get, "/project/{project}/run/command", .run, .adhoc, runCommand),
      .api(.post, "/project/{project}/run/script", .run, .adhoc, runScript),
      .api(.post, "/project/{project}/run/url", .run, .adhoc, runURL),
      .api(.get, "/project/{project}/run/url", .run, .adhoc, runURL),
    ]
  }

  func runCommand(_ request: APIRequest) async throws -> Response {
    let wish = try AdHocWish(request.query, try await request.body())
    guard let command = wish.parameters.text("exec") else {
      throw APIError.missing(parameter: "exec")
    }
    return try await run(WorkflowStep(.exec(command)), wish, request)
  }

  func runScript(_ request: APIRequest) async throws -> Response {
    let wish = try AdHocWish(request.query, try await request.body())
    guard let script = wish.script else { throw APIError.missing(parameter: "scriptFile") }
    guard !script.isEmpty else {
      throw APIError(
        .badRequest, "api.error.run-script.upload.is-empty", "Input script file was empty")
    }
    return try await run(try wish.step(script), wish, request)
  }

  /// The member that carries the execution fetches the script: from http, https, or a file of its host that steps
  /// may read.
  func runURL(_ request: APIRequest) async throws -> Response {
    let wish = try AdHocWish(request.query, try await request.body())
    guard let url = wish.parameters.text("scriptURL") ?? wish.parameters.text("url") else {
      throw APIError.missing(parameter: "scriptURL")
    }
    let scheme = url.prefix { $0 != ":" }.lowercased()
    guard ["http", "https", "file"].contains(scheme), url.utf8.count <= 8192 else {
      throw APIError.invalid(
        parameter: "scriptURL", value: url, "It must begin with http://, https:// or file:")
    }
    return try await run(try wish.step(url: url), wish, request)
  }

  private func run(
    _ step: WorkflowStep, _ wish: AdHocWish, _ request: APIRequest
  ) async throws -> Response {
    try Self.refuseUnsafeGet(request)
    let user = try await user(wish.parameters.text("asUser"), request, .adhoc, nil)
    let threads = try wish.parameters.count("nodeThreadcount").map { Int(clamping: max($0, 1)) }
    let record = try await dependencies.executions.launch(
      RunRequest(
        .adHoc(project: request.path("project"), step: step),
        nodeFilter: wish.parameters.text("filter"), threadCount: threads,
        nodeKeepgoing: try wish.parameters.flag("nodeKeepgoing"), user: user,
        roles: try request.principal.roles))
    return .json([
      "message": .text("Immediate execution scheduled (\(record.id))"),
      "execution": [
        "id": .integer(record.id.number), "href": .text(links.execution(record.id)),
        "permalink": .text(links.executionPage(record.id, project: record.project)),
      ],
    ])
  }

  /// Rundeck documents GET for commands too. With a cookie any page could make a browser send it.
  private static func refuseUnsafeGet(_ request: APIRequest) throws(APIError) {
    guard case .session = try request.principal.credential, request.request.method == .get else {
      return
    }
    throw APIError(.methodNotAllowed, "api.error.invalid.request", "Run a command with POST")
  }
}

/// What a request for an ad hoc run asks for, wherever it stands: query, form, multipart or JSON.
struct AdHocWish: Sendable {
  var parameters: Parameters
  /// The script's text; nil when none was sent.
  var script: String?

  init(_ query: Parameters, _ body: RequestBodyContent) throws(APIError) {
    parameters = query
    switch body {
    case .form(let form):
      parameters = query.merging(form)
      script = form.all("scriptFile").first
    case .multipart(let parts):
      parameters = query.merging(Parameters(fieldsOf: parts))
      script = try Self.script(parts)
    case .json(let json):
      try add(json)
      script = json["script"]?.scalar
    case .empty, .other: break
    }
  }

  private mutating func add(_ json: JSON) throws(APIError) {
    guard let members = json.members else {
      throw .invalidRequest("The request body must be an object, not \(json.kindName)")
    }
    for member in members where member.key != "script" && member.value != .null {
      guard let text = member.value.scalar else {
        throw .invalid(
          parameter: member.key, value: member.value.kindName, "It must be a text")
      }
      parameters.add(member.key, text)
    }
  }

  private static func script(_ parts: [MultipartPart]) throws(APIError) -> String? {
    guard let part = parts.first(where: { $0.name == "scriptFile" }) else { return nil }
    guard let text = String(validating: part.bytes, as: UTF8.self) else {
      throw .invalid(
        parameter: "scriptFile", value: "\(part.bytes.count) bytes", "It must be UTF-8 text")
    }
    guard !part.bytes.contains(0) else { throw .null(in: "the script") }
    return text
  }

  /// A step that fetches its script.
  func step(url: String) throws(APIError) -> WorkflowStep {
    var definition: [String: JobValue] = ["scripturl": .text(url)]
    for (parameter, key) in [
      ("argString", "args"), ("scriptInterpreter", "scriptInterpreter"),
      ("fileExtension", "fileExtension"),
    ] {
      definition[key] = parameters.text(parameter).map { .text($0) }
    }
    if try parameters.flag("interpreterArgsQuoted") ?? false {
      definition["interpreterArgsQuoted"] = .boolean(true)
    }
    return WorkflowStep(
      .other(OtherStep(type: "scripturl", nodeStep: true, definition: definition)))
  }

  func step(_ script: String) throws(APIError) -> WorkflowStep {
    WorkflowStep(
      .script(
        ScriptStep(
          text: script, arguments: parameters.text("argString"),
          interpreter: parameters.text("scriptInterpreter"),
          interpreterArgsQuoted: try parameters.flag("interpreterArgsQuoted") ?? false,
          fileExtension: parameters.text("fileExtension"))))
  }
}
