import Model

extension JobGenerator {
  /// Every key of a job that is kept as written.
  mutating func addSettings(to job: inout Job) {
    if flag() { job.kept["tags"] = flag() ? .text(visible()) : .list([value(), value()]) }
    if flag() { job.kept["defaultTab"] = .text(one(of: ["nodes", "output", "summary"])) }
    if flag() { job.kept["retry"] = retry() }
    if flag() { job.kept["orchestrator"] = orchestrator() }
    if flag() { job.kept["notification"] = notification() }
    if flag() {
      job.kept["notifyAvgDurationThreshold"] = .text(one(of: ["20%", "+30s", "5m", "${option.x}"]))
    }
    if flag() { job.kept["plugins"] = plugins() }
    if flag() {
      job.kept["runnerSelector"] = map(["filter": value(), "runnerFilterMode": value()])
    }
    if flag() { job.kept["quarterdeck.limits"] = map(["memory": .text("1GB")]) }
    if job.nodeFilter == nil, flag() {
      job.kept["nodefilters"] = map([
        "dispatch": map(["threadcount": .text("2"), "keepgoing": maybeFlag()])
      ])
    }
    addLogLimit(to: &job)
    addSchedule(to: &job)
  }

  private mutating func addLogLimit(to job: inout Job) {
    guard flag() else { return }
    job.kept["loglimit"] = .text(one(of: ["100", "10/node", "50MB"]))
    if flag() { job.kept["loglimitAction"] = .text(one(of: ["halt", "truncate"])) }
    if flag() { job.kept["loglimitStatus"] = .text(one(of: ["failed", "aborted", "my status"])) }
  }

  /// Nobody gives a scheduled job's required options, so it has none.
  private mutating func addSchedule(to job: inout Job) {
    guard !job.options.contains(where: \.required) else { return }
    switch Int.random(in: 0..<4, using: &random) {
    case 0: job.kept["schedule"] = map(["crontab": .text(visible())])
    case 1:
      job.kept["schedule"] = map([
        "time": map([
          "hour": .text("05"), "minute": .number("1"), "seconds": flag() ? .text("0") : nil,
        ]),
        "month": .text("APR,MAR"), "year": flag() ? .text("*") : nil,
        "weekday": .map([JobEntry("day", .text("FRI"))]),
      ])
    case 2:
      job.kept["schedule"] = map([
        "time": map(["hour": .text("*")]), "month": flag() ? .text("*") : nil,
        "dayofmonth": map(["day": .text("1-3")]),
      ])
    default: return
    }
    if flag() { job.kept["timeZone"] = .text("Europe/Berlin") }
    if flag() { job.kept["schedules"] = .list([map(["name": value()])]) }
    if flag() { job.kept["calendars"] = .list([value(), value()]) }
  }

  private mutating func retry() -> JobValue {
    if flag() { return flag() ? .number("3") : .text(count()) }
    return map(["retry": .text(count()), "delay": flag() ? .text(duration()) : nil])
  }

  private mutating func orchestrator() -> JobValue {
    switch Int.random(in: 0..<5, using: &random) {
    case 0: map(["type": .text("subset"), "configuration": map(["count": .number("2")])])
    case 1: map(["type": .text("rankTiered")])
    case 2: map(["type": .text("maxPercentage"), "configuration": map(["percent": .text("33")])])
    case 3:
      map([
        "type": .text("orchestrator-highest-lowest-attribute"),
        "configuration": map(["attribute": .text(visible()), "sort": .text("lowest")]),
      ])
    default: plugin()
    }
  }

  private mutating func plugins() -> JobValue {
    map([
      "ExecutionLifecycle": .map([
        JobEntry("one", flag() ? .null : .map([])), JobEntry("t " + text(), settings()),
      ]),
      "Other": flag() ? .map([]) : nil,
    ])
  }

  private mutating func notification() -> JobValue {
    var triggers: [JobEntry] = []
    for trigger in JobNotifications.Trigger.allCases where flag() {
      let count = Int.random(in: 0..<4, using: &random)
      let items = (0..<count).map { _ in notificationItem() }
      let value = count == 1 && flag() ? items[0] : JobValue.list(items)
      triggers.append(JobEntry(trigger.rawValue, value))
    }
    return .map(triggers)
  }

  private mutating func notificationItem() -> JobValue {
    switch Int.random(in: 0..<5, using: &random) {
    case 0: map(["email": email()])
    case 1: webhook()
    case 2: map(["plugin": flag() ? plugin() : .list([plugin(), plugin()])])
    case 3: email()
    default: both()
    }
  }

  /// One map of an email, a webhook and a plugin, as older documents have them.
  private mutating func both() -> JobValue {
    guard case .map(let entries) = webhook() else { return .map([]) }
    return .map(entries + [JobEntry("email", email()), JobEntry("plugin", plugin())])
  }

  private mutating func email() -> JobValue {
    map([
      "recipients": .text(visible()), "subject": maybeValue(),
      "attachLog": flag() ? .text("true") : .boolean(true), "attachLogInFile": maybeFlag(),
      "attachLogInline": maybeFlag(),
    ])
  }

  private mutating func webhook() -> JobValue {
    map([
      "urls": .text(visible()), "httpMethod": flag() ? .text(one(of: ["post", "get"])) : nil,
      "format": flag() ? .text(one(of: ["xml", "json"])) : nil,
      "quarterdeck.headers": Int.random(in: 0..<6, using: &random) == 0
        ? map(["X-One": .text("a b")]) : nil,
    ])
  }
}
