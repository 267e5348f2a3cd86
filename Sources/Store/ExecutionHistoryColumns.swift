import Model

/// What a table calls that which the filters of a list compare: `execution` itself, what is noted of its changes, or a
/// summary of them.
struct ExecutionHistoryColumns {
  let isAdHoc: String
  let hasJob: String
  let origin: String
  let abortedBy: String
  let name: String
  let group: String
  /// The group as its column has it, which the planner has statistics of; NULL may stand for an empty one.
  let plainGroup: String

  static let executions = ExecutionHistoryColumns(
    isAdHoc: "job_id IS NULL", hasJob: "job_id IS NOT NULL", origin: HistorySQL.origin(),
    abortedBy: "abort_requested_by", name: "COALESCE(job_name, '')",
    group: "COALESCE(job_group, '')", plainGroup: "job_group")

  /// `execution_change`.
  static let changes = ExecutionHistoryColumns(
    isAdHoc: "job_id = ''", hasJob: "job_id <> ''", origin: "origin", abortedBy: "aborted_by",
    name: "job_name", group: "job_group", plainGroup: "job_group")

  /// The summaries that tell jobs from what is ad hoc and no more.
  static let summaries = ExecutionHistoryColumns(
    isAdHoc: "is_ad_hoc = 1", hasJob: "is_ad_hoc = 0", origin: "origin", abortedBy: "aborted_by",
    name: "''", group: "''", plainGroup: "''")
}

extension ExecutionHistoryQuery {
  /// The conditions but for times, state and description, over one of the tables.
  func conditions(
    on columns: ExecutionHistoryColumns, _ arguments: inout SQLArguments
  ) -> [String] {
    place(columns, &arguments) + scope(columns, &arguments) + jobs(columns, &arguments)
      + names(columns, &arguments)
  }

  /// Those of them that are about projects and jobs.
  func jobConditions(
    on columns: ExecutionHistoryColumns, _ arguments: inout SQLArguments
  ) -> [String] {
    place(columns, &arguments) + jobs(columns, &arguments) + names(columns, &arguments)
  }

  private func place(
    _ columns: ExecutionHistoryColumns, _ arguments: inout SQLArguments
  ) -> [String] {
    var all: [String] = []
    if let projects {
      all.append(condition("project", in: projects, &arguments))
    } else if unfinishedOnly {
      all.append("project <> '\(ProjectStore.hidden)'")
    }
    if let isAdHoc { all.append(isAdHoc ? columns.isAdHoc : columns.hasJob) }
    return all
  }

  private func scope(
    _ columns: ExecutionHistoryColumns, _ arguments: inout SQLArguments
  ) -> [String] {
    var all: [String] = []
    if let status { all.append(condition(status: status, &arguments)) }
    if let origin { all.append("(\(columns.origin)) = \(origin.rawValue)") }
    if let user { all.append("username = \(arguments.add(.text(user)))") }
    if let abortedBy {
      all.append(
        "status = 'aborted' AND \(columns.abortedBy) = \(arguments.add(.text(abortedBy)))")
    }
    return all
  }

  /// A known status stands in the text, so that an index that has it alone can be chosen.
  private func condition(status: String, _ arguments: inout SQLArguments) -> String {
    if let known = ExecutionStatus(rawValue: status) { return "status = '\(known.rawValue)'" }
    return "custom_status = \(arguments.add(.text(status)))"
  }

  private func condition(
    _ column: String, in texts: [String], _ arguments: inout SQLArguments
  ) -> String {
    if texts.count == 1 { return "\(column) = \(arguments.add(.text(texts[0])))" }
    return "\(column) IN \(arguments.list(texts.map { .text($0) }))"
  }

  private func jobs(
    _ columns: ExecutionHistoryColumns, _ arguments: inout SQLArguments
  ) -> [String] {
    let path =
      "(CASE WHEN \(columns.group) = '' THEN \(columns.name) "
      + "ELSE \(columns.group) || '/' || \(columns.name) END)"
    var all: [String] = []
    if !jobIDs.isEmpty {
      let own = condition("job_id", in: jobIDs, &arguments)
      all.append(includesReferences ? "(\(own) OR \(references(&arguments)))" : own)
    }
    if !excludedJobIDs.isEmpty {
      let list = arguments.list(excludedJobIDs.map { .text($0) })
      all.append("\(columns.hasJob) AND job_id NOT IN \(list)")
    }
    if !jobPaths.isEmpty {
      let list = arguments.list(jobPaths.map { .text($0) })
      all.append("\(columns.hasJob) AND \(path) IN \(list)")
    }
    if !excludedJobPaths.isEmpty {
      let list = arguments.list(excludedJobPaths.map { .text($0) })
      all.append("\(columns.hasJob) AND \(path) NOT IN \(list)")
    }
    return all
  }

  /// Executions that ran one of the jobs as a reference. Only `execution` itself can be asked for them.
  private func references(_ arguments: inout SQLArguments) -> String {
    let jobs = condition("r.job_id", in: jobIDs, &arguments)
    return "id IN (SELECT r.execution_id FROM referenced_job AS r WHERE \(jobs))"
  }

  private func names(
    _ columns: ExecutionHistoryColumns, _ arguments: inout SQLArguments
  ) -> [String] {
    var all: [String] = []
    if let nameContains { all.append(arguments.condition(columns.name, contains: nameContains)) }
    if let part = excludedNameContains {
      all.append("NOT (\(arguments.condition(columns.name, contains: part)))")
    }
    if let name { all.append("\(columns.name) = \(arguments.add(.text(name)))") }
    if let excludedName {
      all.append("\(columns.name) <> \(arguments.add(.text(excludedName)))")
    }
    if let part = self.group {
      let column = part.isTop ? columns.group : columns.plainGroup
      all.append(arguments.condition(part, column: column))
    }
    if let part = excludedGroup {
      all.append("NOT (\(arguments.condition(part, column: columns.group)))")
    }
    if !all.isEmpty { all.append(columns.hasJob) }
    return all
  }
}
