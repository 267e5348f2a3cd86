import Hummingbird
import Identity
import Model
import Schedule
import Scheduler
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
    let instants = wish.instants(of: try rule(of: job), at: now)
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
  var span: ForecastSpan
  /// How many at most; nil for as many as there are.
  var limit: Int?
  var isPast: Bool

  init(_ query: Parameters) throws(APIError) {
    limit = try query.count("max").map { Int(min($0, Int64(Forecast.longest))) }
    isPast = try query.flag("past") ?? false
    guard let text = query.text("time") else {
      span = .day
      return
    }
    guard let span = ForecastSpan(text) else {
      throw .invalid(
        parameter: "time", value: text, "Write it as a number and one of s, n, h, d, w, m, y")
    }
    self.span = span
  }

  /// The instants, those next to now first.
  func instants(of schedule: Schedule?, at now: Instant) -> [Instant] {
    guard let schedule else { return [] }
    return isPast
      ? Forecast.past(of: schedule, at: now, within: span, max: limit)
      : Forecast.future(of: schedule, at: now, within: span, max: limit)
  }
}
