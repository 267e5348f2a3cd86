import HTTPTypes
import Hummingbird
import Identity
import Model
import Store

extension API {
  var schedulerRoutes: [Route] {
    [
      .api(.put, "/scheduler/takeover", .admin, .system, takeOver),
      .api(.get, "/scheduler/jobs", since: 17, .read, .system) { _ in
        try await scheduledJobs(of: scheduling.owner)
      },
      .api(.get, "/scheduler/server/{id}/jobs", since: 17, .read, .system) { request in
        try await scheduledJobs(of: MemberID(request.path("id")))
      },
    ]
  }

  /// The jobs whose schedules a member owns.
  private func scheduledJobs(of member: MemberID) async throws -> Response {
    let jobs = try await dependencies.store.ask.jobs.scheduled(ownedBy: member)
    return .json(.array(jobs.map { $0.json(links, owner: member, here: scheduling.owner) }))
  }

  /// Makes this member the owner of the schedules that the request names.
  func takeOver(_ request: APIRequest) async throws -> Response {
    let wish = try TakeoverWish(try await request.json())
    let store = dependencies.store
    let member = scheduling.owner
    let selection = try await ScheduleChoice(store: store).selection(wish)
    do {
      let result = try await store.takeSchedules(selection, for: member, by: nil)
      return .json(
        TakeoverBody(wish: wish, result: result, member: member, links: links).json(
          version: request.version))
    } catch StoreError.notFound {
      throw APIError.unavailable("This member's term has ended; ask another one")
    }
  }
}

/// Finds the schedules that a takeover means, where several conditions hold together.
private struct ScheduleChoice {
  let store: Store

  func selection(_ wish: TakeoverWish) async throws(StoreError) -> ScheduleSelection {
    switch (wish.server, wish.project, wish.jobs.isEmpty) {
    case (nil, nil, false), (.all, nil, false): return .jobs(wish.jobs)
    case (.uuid(let owner), nil, true): return .member(owner)
    case (.all, nil, true): return .all
    case (nil, let project?, true), (.all, let project?, true): return .project(project)
    default: return .jobs(try await jobs(wish))
    }
  }

  /// The jobs that meet all conditions; of the named ones also those that no condition can be checked for.
  private func jobs(_ wish: TakeoverWish) async throws(StoreError) -> [JobID] {
    var owner: MemberID?
    if case .uuid(let member) = wish.server { owner = member }
    var found: [ScheduleRecord] = []
    while case let page = try await store.ask.schedules.list(
      owner: owner, project: wish.project, after: found.last?.job), !page.isEmpty
    {
      found += page
    }
    let named = Set(wish.jobs)
    return found.map(\.job).filter { named.isEmpty || named.contains($0) }
  }
}

/// The documented answer to a takeover.
private struct TakeoverBody {
  let wish: TakeoverWish
  let result: TakenSchedules
  let member: MemberID
  let links: Links

  func json(version: Int) -> JSON {
    let total = result.taken.count + result.failed.count
    var takeover: JSON = [
      "jobs": [
        "failed": .array(result.failed.map { job($0, previous: nil) }),
        "successful": .array(result.taken.map { job($0.job, previous: $0.previous) }),
        "total": .integer(Int64(total)),
      ]
    ]
    switch wish.server {
    case .uuid(let uuid): takeover.add("server", ["uuid": .text(uuid.text)])
    case .all: takeover.add("server", ["all": true])
    case nil: break
    }
    takeover.add("project", wish.project.map { .text($0) })
    return [
      "takeoverSchedule": takeover, "self": ["server": ["uuid": .text(member.text)]],
      "message": .text(
        "Schedule Takeover successful for \(result.taken.count)/\(total) Jobs."),
      "apiversion": .integer(Int64(version)), "success": .boolean(result.failed.isEmpty),
    ]
  }

  private func job(_ id: JobID, previous: MemberID?) -> JSON {
    var body: JSON = [
      "href": .text(links.job(id)), "permalink": .text("\(links.base)/job/show/\(id.text)"),
      "id": .text(id.text),
    ]
    body.add("previous-owner", previous.map { .text($0.text) })
    return body
  }
}

extension JobRecord {
  /// A job as lists of scheduled jobs show it: with the member that owns its schedule.
  func json(_ links: Links, owner: MemberID?, here: MemberID) -> JSON {
    var body = json(links)
    body.add("serverNodeUUID", owner.map { .text($0.text) })
    body.add("serverOwner", .boolean(owner == here))
    return body
  }
}
