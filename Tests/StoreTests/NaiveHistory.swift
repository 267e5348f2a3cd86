import Model
import Store

extension ExecutionHistoryQuery {
  /// What the query means, without any SQL: the page and the total over executions in any order.
  func naive(_ all: [ExecutionRecord]) -> (page: [ExecutionID], total: Int) {
    let fitting = all.filter(fits).map(\.id).sorted(by: >)
    let rest = fitting.dropFirst(Int(offset))
    return (Array(limit.map { rest.prefix(Int($0)) } ?? rest), fitting.count)
  }

  /// The same for how long they took.
  func naiveMetrics(_ all: [ExecutionRecord]) -> ExecutionMetrics {
    let fitting = all.filter(fits)
    let durations = fitting.compactMap { execution -> Int64? in
      guard let start = execution.startedAt, let end = execution.endedAt else { return nil }
      return end.microseconds - start.microseconds
    }
    var metrics = ExecutionMetrics(total: Int64(fitting.count))
    guard !durations.isEmpty else { return metrics }
    metrics.average = durations.reduce(0, +) / Int64(durations.count)
    metrics.shortest = durations.min()
    metrics.longest = durations.max()
    return metrics
  }

  private func fits(_ execution: ExecutionRecord) -> Bool {
    fitsScope(execution) && fitsTime(execution) && fitsJob(execution) && fitsNames(execution)
  }

  private func fitsScope(_ execution: ExecutionRecord) -> Bool {
    if let projects, !projects.contains(execution.project) { return false }
    if let status {
      let isKnown = ExecutionStatus(rawValue: status) != nil
      guard (isKnown ? execution.status.rawValue : execution.customStatus) == status else {
        return false
      }
    }
    if unfinishedOnly, execution.status.isFinal { return false }
    if let user, execution.user != user { return false }
    if let abortedBy {
      guard execution.status == .aborted, execution.abortRequestedBy == abortedBy else {
        return false
      }
    }
    if let isAdHoc, execution.isAdHoc != isAdHoc { return false }
    return origin.map { $0 == execution.origin } ?? true
  }

  private func fitsTime(_ execution: ExecutionRecord) -> Bool {
    guard endedFrom != nil || endedUntil != nil else { return true }
    guard let end = execution.endedAt else { return false }
    return end >= endedFrom ?? end && end <= endedUntil ?? end
  }

  private func fitsJob(_ execution: ExecutionRecord) -> Bool {
    let id = execution.jobID?.text
    if !jobIDs.isEmpty, !jobIDs.contains(where: { $0 == id }) { return false }
    if !excludedJobIDs.isEmpty {
      guard let id, !excludedJobIDs.contains(id) else { return false }
    }
    let group = execution.jobGroup ?? ""
    let path = (group.isEmpty ? "" : "\(group)/") + (execution.jobName ?? "")
    if !jobPaths.isEmpty, id == nil || !jobPaths.contains(path) { return false }
    if !excludedJobPaths.isEmpty, id == nil || excludedJobPaths.contains(path) { return false }
    return true
  }

  private func fitsNames(_ execution: ExecutionRecord) -> Bool {
    let job = (execution.jobName ?? "", execution.jobGroup ?? "")
    let (name, group) = job
    let isAboutNames =
      nameContains != nil || excludedNameContains != nil || self.name != nil
      || excludedName != nil || self.group != nil || excludedGroup != nil
    if isAboutNames, execution.isAdHoc { return false }
    if let nameContains, !name.contains(anyCase: nameContains) { return false }
    if let part = excludedNameContains, name.contains(anyCase: part) { return false }
    if let wanted = self.name, name != wanted { return false }
    if let excludedName, name == excludedName { return false }
    if let wanted = self.group, !wanted.contains(group) { return false }
    if let excludedGroup, excludedGroup.contains(group) { return false }
    if let part = descriptionContains, !execution.definition.contains(anyCase: part) {
      return false
    }
    return true
  }
}

extension ExecutionRecord {
  fileprivate var origin: ExecutionHistoryQuery.Origin {
    guard let dueAt else { return .request }
    return dueAt <= createdAt ? .schedule : .laterRequest
  }
}

extension JobQuery.Group {
  fileprivate func contains(_ group: String) -> Bool {
    switch self {
    case .exactly(let path): group == path
    case .within(""): group.isEmpty
    case .within(let path): group == path || group.hasPrefix("\(path)/")
    }
  }
}

extension String {
  fileprivate func contains(anyCase part: String) -> Bool {
    lowercased().contains(part.lowercased())
  }
}
