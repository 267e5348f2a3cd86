import HTTPTypes
import Hummingbird
import Identity
import Model
import Store

extension API {
  var jobRoutes: [Route] {
    [
      .api(.get, "/project/{project}/jobs", .read, .job, listJobs),
      .api(.get, "/job/{id}/info", since: 18, .view, .job, jobInfo),
      .api(.delete, "/job/{id}", .delete, .job, deleteJob),
      .api(.delete, "/jobs/delete", .delete, .job, deleteJobs),
      .api(.post, "/jobs/delete", .delete, .job, deleteJobs),
    ]
  }

  func listJobs(_ request: APIRequest) async throws -> Response {
    let project = request.path("project")
    let query = try Self.jobQuery(request.query, project: project)
    try await requireProject(project)
    let jobs = try await dependencies.store.ask.jobs.briefs(query)
    let (links, here) = (links, scheduling.owner)
    return .json(.array(jobs.map { $0.json(links, here: here) }))
  }

  /// Who owns the schedules of those jobs that have one.
  func scheduleOwners(of jobs: [JobRecord]) async throws(StoreError) -> [JobID: MemberID] {
    let scheduled = jobs.filter(\.job.isScheduled).map(\.id)
    guard !scheduled.isEmpty else { return [:] }
    let schedules = try await dependencies.store.ask.schedules.find(scheduled)
    return schedules.reduce(into: [:]) { $0[$1.job] = $1.owner }
  }

  func jobInfo(_ request: APIRequest) async throws -> Response {
    let job = try await requireJob(request.path("id"))
    let average = try await dependencies.store.ask.jobs.averageDuration(of: job.id)
    var body = job.json(links, averageMicroseconds: average)
    if job.job.isScheduled {
      let owner = try await scheduleOwners(of: [job])[job.id]
      body.add("serverNodeUUID", owner.map { .text($0.text) })
      body.add("serverOwner", .boolean(owner == scheduling.owner))
    }
    return .json(body)
  }

  func deleteJob(_ request: APIRequest) async throws -> Response {
    let id = request.path("id")
    guard try await delete([JobID(id)]).isEmpty == false else { throw APIError.missing(job: id) }
    return .noContent
  }

  func deleteJobs(_ request: APIRequest) async throws -> Response {
    let ids = try await request.jobIDs()
    let deleted = try await delete(ids)
    return .json(Self.bulk(ids, deleted, success: "Job was successfully deleted").json())
  }

  /// Deletes jobs; the answer has those that existed. What was due before stays in the ledger.
  private func delete(_ ids: [JobID]) async throws -> Set<JobID> {
    try await dependencies.store.transaction { scope in
      try await scope.schedules.lock(ids)
      try await scope.schedules.remove(ids)
      return try await scope.jobs.delete(ids)
    }
  }

  /// The job, or the 404 of IMP-13.
  func requireJob(_ id: String) async throws -> JobRecord {
    guard let job = try await dependencies.store.ask.jobs.find(JobID(id)) else {
      throw APIError.missing(job: id)
    }
    return job
  }

  /// What a bulk request says about jobs of which only some exist.
  static func bulk(_ ids: [JobID], _ touched: Set<JobID>, success: String) -> BulkBody {
    BulkBody(
      items: ids.map { id in
        touched.contains(id)
          ? BulkBody.Item(id: id.text, message: "\(success): \(id)", errorCode: nil)
          : BulkBody.Item(
            id: id.text, message: "Job ID does not exist: \(id)", errorCode: "notfound")
      })
  }

  /// The filters of a list of jobs. Throws a 400 that names the parameter.
  static func jobQuery(_ query: Parameters, project: String) throws(APIError) -> JobQuery {
    let ids = query.has("idlist") ? query.list("idlist") : nil
    if let ids, ids.count > APILimits.listItems { throw .tooMany(ids.count, in: "idlist") }
    return JobQuery(
      project: project, ids: ids,
      nameContains: query.text("jobFilter"), name: query.text("jobExactFilter"),
      group: try group(query, "groupPath", "groupPathExact"),
      scheduled: try query.flag("scheduledFilter"),
      scheduleOwner: query.text("serverNodeUUIDFilter").map(MemberID.init),
      limit: try query.count("max"),
      offset: try query.count("offset") ?? 0)
  }

  /// `-` means jobs without a group, `*` all groups.
  static func group(
    _ query: Parameters, _ within: String, _ exactly: String
  ) throws(APIError) -> JobQuery.Group? {
    if let path = query.text(exactly) {
      guard query.text(within) == nil else {
        throw .invalid(
          parameter: exactly, value: path, "It cannot be combined with \(within)")
      }
      return .exactly(path == "-" ? "" : path)
    }
    switch query.text(within) {
    case nil, "*": return nil
    case "-": return .exactly("")
    case let path?: return .within(path)
    }
  }
}

extension APIRequest {
  /// The identifiers of a bulk request: `ids` and `idlist` of the query, a form or a JSON body.
  func jobIDs() async throws -> [JobID] {
    var texts = query.list("ids") + query.list("idlist")
    switch try await body() {
    case .json(let json):
      texts += json["ids"]?.elements?.compactMap(\.scalar) ?? []
      texts += json["ids"]?.scalar.map { Self.split($0) } ?? []
      texts += json["idlist"]?.elements?.compactMap(\.scalar) ?? []
      texts += json["idlist"]?.scalar.map { Self.split($0) } ?? []
    case .form(let form): texts += form.list("ids") + form.list("idlist")
    case .empty, .multipart, .other: break
    }
    var seen: Set<String> = []
    let ids = texts.filter { seen.insert($0).inserted }
    guard !ids.isEmpty else { throw APIError.missing(parameter: "idlist") }
    guard ids.count <= APILimits.listItems else {
      throw APIError.tooMany(ids.count, in: "idlist")
    }
    return ids.map(JobID.init)
  }

  private static func split(_ text: String) -> [String] {
    text.split(separator: ",").map { String(trimmed($0)) }
  }
}

extension JobBrief {
  /// A job in a list; one with a schedule names the member that owns that.
  func json(_ links: Links, here: MemberID) -> JSON {
    var members: [JSON.Member] = [
      JSON.Member(key: "id", value: .text(id.text)), JSON.Member(key: "name", value: .text(name)),
      JSON.Member(key: "group", value: .text(group)),
      JSON.Member(key: "project", value: .text(project)),
      JSON.Member(key: "description", value: .text(description)),
      JSON.Member(key: "href", value: .text(links.job(id))),
      JSON.Member(key: "permalink", value: .text(links.jobPage(id, project: project))),
      JSON.Member(key: "scheduled", value: .boolean(isScheduled)),
      JSON.Member(key: "scheduleEnabled", value: .boolean(scheduleEnabled)),
      JSON.Member(key: "enabled", value: .boolean(executionEnabled)),
    ]
    if isScheduled {
      if let owner = scheduleOwner {
        members.append(JSON.Member(key: "serverNodeUUID", value: .text(owner.text)))
      }
      members.append(JSON.Member(key: "serverOwner", value: .boolean(scheduleOwner == here)))
    }
    return .object(members)
  }
}
