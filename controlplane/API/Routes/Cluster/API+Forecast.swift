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
  /// anything keeps it from running. `quarterdeck.next=N` adds the next N instants, however far away, each with
  /// its time on the zone's clock and what a shift of that clock does to it.
  func forecast(_ request: APIRequest) async throws -> Response {
    let wish = try ForecastWish(request.query)
    let job = try await requireJob(request.path("id"))
    let now = try await dependencies.store.now()
    let rule = try rule(of: job)
    let instants = wish.instants(of: try rule.map { try schedule($0, of: job) }, at: now)
    let average = try await dependencies.store.ask.jobs.averageDuration(of: job.id)
    let settings = try await dependencies.store.ask.projects.settings(of: job.project)
    var body = job.json(links, averageMicroseconds: average)
    body.add("futureScheduledExecutions", .texts(instants.map(\.iso8601)))
    body.add("quarterdeck.next", try wish.next.map { try preview(rule, of: job, $0, after: now) })
    body.add("projectDisableExecutions", .boolean(settings["project.disable.executions"] == "true"))
    body.add("projectDisableSchedule", .boolean(settings["project.disable.schedule"] == "true"))
    return .json(body)
  }

  /// The schedule of a stored job as a rule; nil for a job without one.
  private func rule(of job: JobRecord) throws(APIError) -> JobSchedule? {
    try reading(job) { () throws(ScheduleError) in
      try JobSchedule(of: job.job, defaultZone: dependencies.timeZone)
    }
  }

  private func schedule(
    _ rule: JobSchedule, of job: JobRecord
  ) throws(APIError) -> Schedule {
    try reading(job) { () throws(ScheduleError) in try Schedule(rule) }
  }

  private func preview(
    _ rule: JobSchedule?, of job: JobRecord, _ count: Int, after now: Instant
  ) throws(APIError) -> JSON {
    guard let rule, count > 0 else { return [] }
    let preview = try reading(job) { () throws(ScheduleError) in
      try SchedulePreview(rule, after: now, count: count)
    }
    return .array(preview.runs.map(\.json))
  }

  private func reading<Answer>(
    _ job: JobRecord, _ body: () throws(ScheduleError) -> Answer
  ) throws(APIError) -> Answer {
    do throws(ScheduleError) {
      return try body()
    } catch {
      throw APIError.invalidRequest("The schedule of job \(job.id) cannot be read: \(error)")
    }
  }
}

extension SchedulePreview.Run {
  fileprivate var json: JSON {
    var body: JSON = ["instant": .text(instant.iso8601), "localTime": .text(localTime)]
    body.add("remark", remark.map { .text($0) })
    return body
  }
}

/// What a forecast is asked for: `time`, `max`, `past`, and ours, `quarterdeck.next`.
struct ForecastWish: Sendable, Hashable {
  /// How far from now.
  var span: ForecastSpan
  /// How many at most; nil for as many as there are.
  var limit: Int?
  var isPast: Bool
  /// How many coming instants are to be shown with their local times; nil for none.
  var next: Int?

  init(_ query: Parameters) throws(APIError) {
    limit = try query.count("max").map { Int(min($0, Int64(Forecast.longest))) }
    isPast = try query.flag("past") ?? false
    next = try query.count("quarterdeck.next").map { Int(min($0, Int64(APILimits.listItems))) }
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
