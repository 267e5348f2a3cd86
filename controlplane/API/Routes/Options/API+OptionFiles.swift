import HTTPTypes
import Hummingbird
import Identity
import Model
import Store

// Files for options of the type `file`: uploaded, listed, looked at.

extension API {
  var optionFileRoutes: [Route] {
    [
      .api(.post, "/job/{id}/input/file", since: 19, .run, .job, uploadOptionFiles),
      .api(.post, "/job/{id}/input/file/{option}", since: 19, .run, .job, uploadOptionFile),
      .api(.get, "/job/{id}/input/files", since: 19, .read, .job, listOptionFiles),
      .api(.get, "/jobs/file/{file}", since: 19, .read, .job, optionFile),
      .api(.get, "/execution/{id}/input/files", since: 19, .read, .job, executionFiles),
    ]
  }

  /// One file whose option a parameter names, or several in a multipart body.
  func uploadOptionFiles(_ request: APIRequest) async throws -> Response {
    let job = try await requireJob(request.path("id"))
    guard request.mediaType == "multipart/form-data" else {
      guard let option = request.query.text("optionName") else {
        throw APIError.missing(parameter: "optionName")
      }
      return try await upload(option, job, request)
    }
    guard let boundary = Multipart.boundary(of: request.request.headers[.contentType] ?? "") else {
      throw APIError.invalidRequest("The multipart Content-Type has no boundary")
    }
    var intake = try intake(job, request)
    do {
      var parts = MultipartStream(boundary: boundary)
      try await request.stream(within: intake.time) { buffer in
        for event in try parts.receive(buffer.readableBytesView) { try await intake.take(event) }
      }
      guard parts.isComplete else {
        throw APIError.invalidRequest("The multipart body ends before its last boundary")
      }
      return try await answer(intake)
    } catch {
      await intake.abandon()
      throw error
    }
  }

  func uploadOptionFile(_ request: APIRequest) async throws -> Response {
    try await upload(
      request.path("option"), try await requireJob(request.path("id")), request)
  }

  private func upload(
    _ option: String, _ job: JobRecord, _ request: APIRequest
  ) async throws -> Response {
    var intake = try intake(job, request)
    do {
      try await intake.begin(option, fileName: request.query.text("fileName"))
      try await request.stream(within: intake.time) { buffer in
        try await intake.add(Array(buffer.readableBytesView))
      }
      try await intake.end()
      return try await answer(intake)
    } catch {
      await intake.abandon()
      throw error
    }
  }

  private func intake(_ job: JobRecord, _ request: APIRequest) throws -> OptionFileIntake {
    OptionFileIntake(
      store: dependencies.store, job: job, user: try request.principal.user,
      member: dependencies.server.uuid, limits: request.limits)
  }

  private func answer(_ intake: borrowing OptionFileIntake) async throws -> Response {
    guard !intake.keys.isEmpty else {
      throw APIError.invalidRequest(
        "The request has no file: name the fields option.NAME for the option NAME")
    }
    try await intake.finish()
    return .json([
      "total": .integer(Int64(intake.keys.count)),
      "options": .object(intake.keys.map { JSON.Member(key: $0.option, value: .text($0.key)) }),
    ])
  }

  func listOptionFiles(_ request: APIRequest) async throws -> Response {
    let job = try await requireJob(request.path("id"))
    let query = request.query
    var state = OptionFileRecord.State.temp
    if let text = query.text("fileState") {
      guard let found = OptionFileRecord.State(rawValue: text), found != .uploading else {
        throw APIError.invalid(
          parameter: "fileState", value: text,
          "It must be one of: temp, deleted, expired, retained")
      }
      state = found
    }
    let limit = try query.count("max") ?? 20
    let offset = try query.count("offset") ?? 0
    let (files, total) = try await dependencies.store.ask.optionFiles.list(
      of: job.id, state, limit: min(limit, 1000), offset: offset)
    return .json([
      "paging": [
        "offset": .integer(offset), "max": .integer(limit), "total": .integer(total),
        "count": .integer(Int64(files.count)),
      ],
      "files": .array(files.map(\.json)),
    ])
  }

  /// The files that an execution was given.
  func executionFiles(_ request: APIRequest) async throws -> Response {
    let execution = try await requireExecution(request.path("id"))
    let files = try await dependencies.store.ask.optionFiles.used(by: execution.id)
    return .json(["files": .array(files.map(\.json))])
  }

  func optionFile(_ request: APIRequest) async throws -> Response {
    let id = request.path("file")
    guard let file = try await dependencies.store.ask.optionFiles.find(id),
      file.state != .uploading
    else {
      throw APIError(
        .notFound, "api.error.item.doesnotexist", "Job File Record does not exist: \(id)")
    }
    return .json(file.json)
  }
}

extension OptionFileRecord {
  var json: JSON {
    [
      "id": .text(id), "user": .text(user), "fileState": .text(state.rawValue),
      "sha": .optional(digest), "jobId": .text(job.text), "dateCreated": .text(createdAt.iso8601),
      "serverNodeUUID": .text(member), "fileName": .optional(fileName), "size": .integer(size),
      "expirationDate": .text(expiresAt.iso8601),
      "execId": execution.map { .integer($0.number) } ?? .null, "optionName": .text(option),
    ]
  }
}
