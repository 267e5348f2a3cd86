import Model

/// Whose schedules are to be taken over: the body of `PUT scheduler/takeover`.
struct TakeoverWish: Sendable, Hashable {
  /// From which member; nil means that the request named none.
  enum Server: Sendable, Hashable {
    case uuid(MemberID)
    case all
  }

  var server: Server?
  var project: String?
  /// The jobs that are named, singly or as a list; empty means all that the rest selects.
  var jobs: [JobID] = []

  /// Reads the documented forms. Throws a 400 that names the entry.
  init(_ json: JSON) throws(APIError) {
    guard json.members != nil else {
      throw .invalidRequest("The request body must be an object, not \(json.kindName)")
    }
    server = try Self.server(json["server"])
    project = try Self.text(json["project"], "project")
    if let job = json["job"] { jobs = [try Self.job(job, "job")] }
    if let list = json["jobs"], list != .null {
      guard let elements = list.elements else {
        throw .invalid(parameter: "jobs", value: list.kindName, "It must be a list of {\"id\": …}")
      }
      guard elements.count <= APILimits.listItems else {
        throw .tooMany(elements.count, in: "jobs")
      }
      for element in elements { jobs.append(try Self.job(element, "jobs")) }
    }
    guard server != nil || project != nil || !jobs.isEmpty else {
      throw .invalidRequest(
        "One of these is required: server.uuid, server.all, project, job.id, jobs[].id")
    }
  }

  private static func server(_ json: JSON?) throws(APIError) -> Server? {
    guard let json, json != .null else { return nil }
    guard json.members != nil else {
      throw .invalid(parameter: "server", value: json.kindName, "It must be an object")
    }
    if let uuid = try text(json["uuid"], "server.uuid") { return .uuid(MemberID(uuid)) }
    switch json["all"] {
    case .boolean(true): return .all
    case nil, .null, .boolean(false):
      throw .invalidRequest("server.uuid or server.all is required in \"server\"")
    case let other?:
      throw .invalid(
        parameter: "server.all", value: other.scalar ?? other.kindName, "It must be true")
    }
  }

  private static func job(_ json: JSON, _ name: String) throws(APIError) -> JobID {
    guard let id = try text(json["id"], "\(name).id") else {
      throw .missing(parameter: "\(name).id")
    }
    return JobID(id)
  }

  private static func text(_ json: JSON?, _ name: String) throws(APIError) -> String? {
    guard let json, json != .null else { return nil }
    guard case .text(let text) = json, !text.isEmpty else {
      throw .invalid(parameter: name, value: json.scalar ?? json.kindName, "It must be a text")
    }
    return text
  }
}
