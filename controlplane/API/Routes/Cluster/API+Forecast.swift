import Hummingbird
import Identity
import Model
import Schedule
import Store

extension API {
  var forecastRoutes: [Route] {
    [.api(.get, "/job/{id}/forecast", since: 31, .read, .job, forecast)]
  }

  /// When the job's schedule is due in the period, or with `past=true` was: what the rule says, whether or not
  /// anything keeps it from running.
  func forecast(_ request: APIRequest) async throws -> Response {
    let wish = try ForecastWish(request.query)
    let job = try await requireJob(request.path("id"))
    let now = try await dependencies.store.now()
    let instants = try wish.instants(of: try rule(of: job), at: now)
    let average = try await dependencies.store.ask.jobs.averageDuration(of: job.id)
    let settings = try await dependencies.store.ask.projects.settings(of: job.project)
    var body = job.json(links, averageMicroseconds: average)
    body.add("futureScheduledExecutions", .texts(instants.map(\.iso8601)))
    body.add("projectDisableExecutions", .boolean(settings["project.disable.executions"] == "true"))
    body.add("projectDisableSchedule", .boolean(settings["project.disable.schedule"] == "true"))
    return .json(body)
  }

  /// The schedule of a stored job as a rule; nil for a job without one.
  private func rule(of job: JobRecord) throws -> Schedule? {
    do throws(ScheduleError) {
      guard let rule = try JobSchedule(of: job.job, defaultZone: dependencies.timeZone) else {
        return nil
      }
      return try Schedule(rule)
    } catch {
      throw APIError.invalidRequest("The schedule of job \(job.id) cannot be read: \(error)")
    }
  }
}

/// What a forecast is asked for: `time`, `max`, `past`.
struct ForecastWish: Sendable, Hashable {
  /// How far from now.
  var lapse: Duration
  var limit: Int
  var isPast: Bool

  /// The longest list that is answered; a rule that fires each second has a new instant each second.
  static let longest = 100_000

  init(_ query: Parameters) throws(APIError) {
    lapse = try query.period("time") ?? .seconds(86_400)
    limit = Int(min(Int64(Self.longest), try query.count("max") ?? Int64(Self.longest)))
    isPast = try query.flag("past") ?? false
  }

  /// The instants, earliest first; of a past period the latest ones when there are more than the limit.
  func instants(of schedule: Schedule?, at now: Instant) throws(APIError) -> [Instant] {
    guard let schedule, limit > 0 else { return [] }
    guard isPast else {
      return schedule.instants(after: now, through: now.advanced(by: lapse), limit: limit)
    }
    let begin = now.advanced(by: .zero - lapse)
    let all = schedule.instants(after: begin, through: now, limit: Self.longest)
    return Array(all.suffix(limit))
  }
}
