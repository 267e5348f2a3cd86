import Logging
import Model
import Store

// What the log says of each execution: a line at its launch and one at its end.

extension ExecutionConductor {
  func noteLaunch(_ record: ExecutionRecord) {
    logger.info("Execution launched", metadata: Self.facts(record))
  }

  func noteEnd(_ record: ExecutionRecord?) {
    guard let record else { return }
    var facts = Self.facts(record)
    facts["status"] = "\(record.status.rawValue)"
    if let reason = record.endReason { facts["reason"] = "\(reason)" }
    logger.info("Execution ended", metadata: facts)
  }

  func noteStop() {
    logger.info(
      "Stopping: no more executions are begun, running steps go on",
      metadata: ["unfinished": "\(carried.count)"])
  }

  private static func facts(_ record: ExecutionRecord) -> Logger.Metadata {
    var job = record.jobName ?? ""
    if let group = record.jobGroup, !group.isEmpty { job = "\(group)/\(job)" }
    return [
      "execution": "\(record.id)", "project": "\(record.project)", "user": "\(record.user)",
      "job": "\(record.jobName == nil ? "ad hoc" : job)",
    ]
  }
}
