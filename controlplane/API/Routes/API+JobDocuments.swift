import Cryptography
import HTTPTypes
import Hummingbird
import Identity
import JobFormat
import Model
import Store

extension API {
  var jobDocumentRoutes: [Route] {
    [
      .api(.get, "/project/{project}/jobs/export", .read, .job, exportJobs),
      .api(.post, "/project/{project}/jobs/import", .create, .job, importJobs),
      .api(.get, "/job/{id}", .read, .job, getJob),
    ]
  }

  func getJob(_ request: APIRequest) async throws -> Response {
    let format = try request.documentFormat()
    let job = try await requireJob(request.path("id"))
    return try document([job], format)
  }

  func exportJobs(_ request: APIRequest) async throws -> Response {
    let format = try request.documentFormat()
    let project = request.path("project")
    let query = try Self.jobQuery(request.query, project: project)
    try await requireProject(project)
    return try document(try await dependencies.store.ask.jobs.list(query), format)
  }

  private func document(_ jobs: [JobRecord], _ format: JobFormatName) throws -> Response {
    let definitions = jobs.map { record in
      // A document says where a job is wanted, not where it was: Rundeck's exports have no project.
      var job = record.job
      job.project = nil
      return job
    }
    do {
      let text = try JobDocument.encode(definitions, format: format)
      return .bytes(Array(text.utf8), type: format.contentType)
    } catch {
      throw APIError(.badRequest, "api.error.jobs.export.failed", "\(error)")
    }
  }

  func importJobs(_ request: APIRequest) async throws -> Response {
    let project = request.path("project")
    let wish = try await ImportWish(request)
    try await requireProject(project)
    let candidates = try await candidates(of: wish, project: project)
    let rules = wish.rules
    let user = try request.principal.user
    let outcomes = try await dependencies.store.transaction { scope in
      // A schedule outlives its job, so the deletion of the project must find it.
      guard try await scope.projects.keep(project) else {
        throw APIError.missing(project: project)
      }
      return try await JobImport(
        scope: scope, project: project, user: user, rules: rules, scheduling: scheduling
      ).run(candidates)
    }
    return .json(JobImportBody(outcomes: outcomes, project: project, links: links).json())
  }
}

extension API {
  /// The jobs of the document, which is read before anything is written.
  private func candidates(
    of wish: ImportWish, project: String
  ) async throws -> [ImportCandidate] {
    do {
      return try await ImportReading(
        project: project, rules: wish.rules, scheduling: scheduling, plugins: dependencies.plugins
      ).candidates(wish.bytes, format: wish.format)
    } catch let error as JobFormatError {
      throw APIError(
        .badRequest, "api.error.jobs.import.invalid",
        "The \(wish.format.rawValue) document is not valid: \(error)")
    }
  }
}

extension JobFormatName {
  var contentType: String {
    switch self {
    case .json: "application/json;charset=UTF-8"
    case .yaml: "application/yaml;charset=UTF-8"
    case .xml: "application/xml;charset=UTF-8"
    }
  }

  /// By a media type; nil for one that is no job format.
  init?(mediaType: String) {
    switch mediaType {
    case "application/json", "text/json": self = .json
    case "application/yaml", "text/yaml", "application/x-yaml", "text/x-yaml": self = .yaml
    case "application/xml", "text/xml": self = .xml
    default: return nil
    }
  }
}

extension APIRequest {
  /// The format of a job document: the parameter `format`, else `Accept`, else JSON. Throws the 415 of
  /// IMP-12.
  func documentFormat() throws(APIError) -> JobFormatName {
    if let format = query.text("format") {
      guard let known = JobFormatName(rawValue: format) else { throw .unsupportedFormat(format) }
      return known
    }
    let types = (request.headers[.accept] ?? "*/*").split(separator: ",").map { type in
      trimmed(type.prefix { $0 != ";" }).lowercased()
    }
    for type in types {
      if let known = JobFormatName(mediaType: type) { return known }
      if type == "*/*" || type == "application/*" || type == "text/html" { return .json }
    }
    throw .unsupportedFormat(
      String(types.first.map { $0.split(separator: "/").last ?? "" } ?? ""))
  }
}
