import Model

/// Turns the tree of one job (the YAML format's shape) into a `Job`.
enum JobDecoder {
  /// Documented keys that are kept as written.
  static let keptKeys: Set<String> = [
    "calendars", "defaultTab", "loglimit", "loglimitAction", "loglimitStatus", "notification",
    "notifyAvgDurationThreshold", "orchestrator", "plugins", "retry", "runnerSelector", "schedule",
    "schedules", "tags", "timeZone",
  ]

  static func decode(_ value: JobValue, index: Int) -> Result<Job, JobDefinitionError> {
    do {
      let job = try job(value)
      let problems = job.definitionProblems
      guard problems.isEmpty else { return .failure(error(value, index, problems)) }
      return .success(job)
    } catch {
      return .failure(self.error(value, index, [error]))
    }
  }

  private static func error(
    _ value: JobValue, _ index: Int, _ problems: [JobProblem]
  ) -> JobDefinitionError {
    JobDefinitionError(
      index: index, name: value["name"]?.scalarText, group: value["group"]?.scalarText,
      id: (value["uuid"] ?? value["id"])?.scalarText, problems: problems)
  }

  private static func job(_ value: JobValue) throws(JobProblem) -> Job {
    var fields = try DefinitionFields(value, path: "")
    guard let name = try fields.text("name") else {
      throw JobProblem(field: "name", message: "a job must have a name")
    }
    var job = Job(name: name, workflow: try workflow(&fields))
    try readIdentity(&fields, into: &job)
    try readSwitches(&fields, into: &job)
    job.options = try OptionDecoder.options(fields.take("options"))
    job.kept = fields.kept(keptKeys.union(StepConduct.jobKeys).union(JobOverlap.jobKeys))
    job.kept["notification"] = job.kept["notification"].map(JobNotifications.canonical)
    job.kept["plugins"] = job.kept["plugins"].map(canonicalPlugins)
    try readNodeFilters(&fields, into: &job)
    try fields.refuseRest()
    return job
  }

  /// A plugin without settings has an empty map.
  private static func canonicalPlugins(_ value: JobValue) -> JobValue {
    guard case .map(let services) = value else { return value }
    return .map(
      services.map { service in
        guard case .map(let providers) = service.value else { return service }
        return JobEntry(
          service.key,
          .map(providers.map { $0.value == .text("") ? JobEntry($0.key, .map([])) : $0 }))
      })
  }

  private static func workflow(_ fields: inout DefinitionFields) throws(JobProblem) -> Workflow {
    guard let sequence = fields.take("sequence") else {
      throw JobProblem(field: "sequence", message: "a job must have at least one step")
    }
    return try StepDecoder.workflow(sequence)
  }

  private static func readIdentity(
    _ fields: inout DefinitionFields, into job: inout Job
  ) throws(JobProblem) {
    let id = try fields.text("id")
    job.id = (try fields.text("uuid") ?? id).flatMap { $0.isEmpty ? nil : JobID($0) }
    job.project = try fields.text("project")
    job.group = Self.trimmedPath(try fields.text("group") ?? "")
    job.description = try fields.text("description") ?? ""
    if let level = try fields.text("loglevel") { job.loglevel = try logLevel(level) }
  }

  private static func readSwitches(
    _ fields: inout DefinitionFields, into job: inout Job
  ) throws(JobProblem) {
    job.nodesSelectedByDefault = try fields.flag("nodesSelectedByDefault") ?? true
    job.nodeFilterEditable = try fields.flag("nodeFilterEditable") ?? false
    job.executionEnabled = try fields.flag("executionEnabled") ?? true
    job.scheduleEnabled = try fields.flag("scheduleEnabled") ?? true
    job.multipleExecutions = try fields.flag("multipleExecutions") ?? false
    job.maxMultipleExecutions = try fields.count("maxMultipleExecutions", atLeast: 0)
    job.timeout = try fields.text("timeout")
  }

  private static func trimmedPath(_ path: String) -> String {
    path.split(separator: "/").joined(separator: "/")
  }

  private static func logLevel(_ text: String) throws(JobProblem) -> JobLogLevel {
    if let level = JobLogLevel(rawValue: text.uppercased()) { return level }
    let allowed = JobLogLevel.allCases.map(\.rawValue).joined(separator: ", ")
    throw JobProblem(field: "loglevel", value: text, message: "must be one of \(allowed)")
  }

  /// Settings without any filter are kept for the export, but the job runs on its own host.
  private static func readNodeFilters(
    _ fields: inout DefinitionFields, into job: inout Job
  ) throws(JobProblem) {
    guard let value = fields.take("nodefilters") else { return }
    var inner = try DefinitionFields(value, path: "nodefilters")
    let hasFilter = ["filter", "filterExclude", "include", "exclude"].contains(where: inner.has)
    var dispatch = NodeDispatch(filter: try NodeFilterText.read(&inner))
    dispatch.excludeFilter = try inner.text("filterExclude")
    if let settings = inner.take("dispatch") { try read(settings, into: &dispatch) }
    try inner.refuseRest()
    if hasFilter {
      job.nodeFilter = dispatch
    } else {
      job.kept["nodefilters"] = value.canonicalNodeFilters
    }
  }

  private static func read(
    _ value: JobValue, into dispatch: inout NodeDispatch
  ) throws(JobProblem) {
    var fields = try DefinitionFields(value, path: "nodefilters.dispatch")
    dispatch.excludePrecedence = try fields.flag("excludePrecedence") ?? true
    dispatch.successOnEmptyNodeFilter = try fields.flag("successOnEmptyNodeFilter") ?? false
    dispatch.threadcount = try fields.count("threadcount", atLeast: 1) ?? "1"
    dispatch.keepgoing = try fields.flag("keepgoing") ?? false
    dispatch.rankAttribute = try fields.text("rankAttribute")
    dispatch.rankOrder = try RankOrder(&fields) ?? .ascending
    try fields.refuseRest()
  }
}
