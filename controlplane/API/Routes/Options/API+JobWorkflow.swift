import HTTPTypes
import Hummingbird
import Identity
import JobFormat
import Model
import Store

extension API {
  var jobWorkflowRoutes: [Route] {
    [
      .api(.get, "/job/{id}/workflow", since: 33, .read, .job, jobWorkflow),
      .api(.get, "/job/{id}/meta", since: 46, .read, .job, jobMetadata),
    ]
  }

  /// What plugins of the user interface say of a job: there are none, so whatever `meta` asks for there is nothing.
  func jobMetadata(_ request: APIRequest) async throws -> Response {
    _ = try await requireJob(request.path("id"))
    return .json(.array([]))
  }

  /// The steps of a job, and those of the jobs that it refers to, down to the third level.
  func jobWorkflow(_ request: APIRequest) async throws -> Response {
    let job = try await requireJob(request.path("id"))
    return .json(["workflow": try await workflow(of: job.job, in: job.project, depth: 3)])
  }

  private func workflow(of job: Job, in project: String, depth: Int) async throws -> JSON {
    guard let steps = JobDocument.value(of: job)["sequence"]?["commands"],
      case .list(let items) = steps
    else { return .array([]) }
    var described: [JSON] = []
    for item in items { described.append(try await step(item, project, depth: depth)) }
    return .array(described)
  }

  private func step(_ step: JobValue, _ project: String, depth: Int) async throws -> JSON {
    var body: JSON = [:]
    body.add("description", step["description"]?.scalarText.map { .text($0) })
    if let command = step["exec"]?.scalarText {
      body.add("exec", .text(command))
    } else if step["script"] != nil {
      body.add("script", .text("true"))
    } else if let file = step["scriptfile"]?.scalarText {
      body.add("scriptfile", .text(file))
    } else if let url = step["scripturl"]?.scalarText {
      body.add("scripturl", .text(url))
    } else if let reference = step["jobref"] {
      try await add(reference, project, depth: depth, to: &body)
    } else if let type = step["type"]?.scalarText {
      body.add("type", .text(type))
      body.add("nodeStep", .text(step["nodeStep"]?.scalarText ?? "false"))
    }
    return body
  }

  private func add(
    _ reference: JobValue, _ project: String, depth: Int, to body: inout JSON
  ) async throws {
    var told: JSON = [:]
    for key in ["name", "group", "uuid", "nodeStep", "importOptions"] {
      told.add(key, reference[key]?.scalarText.map { .text($0) })
    }
    body.add("jobRef", told)
    guard let id = reference["uuid"]?.scalarText,
      let job = try await dependencies.store.ask.jobs.find(JobID(id))
    else { return }
    body.add("jobId", .text(job.id.text))
    guard depth > 1 else { return }
    body.add("workflow", try await workflow(of: job.job, in: job.project, depth: depth - 1))
  }
}
