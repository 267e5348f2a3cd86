import Model

extension Job {
  /// What is wrong with the keys that have types of their own and are stored as written.
  var settingProblems: [JobProblem] {
    var problems = retryProblems + thresholdProblems + tagProblems
    if let value = kept["orchestrator"], value != .text("") {
      problems += problem { () throws(JobProblem) in _ = try JobOrchestrator(value) }
    }
    if let value = kept["notification"] {
      problems += problem { () throws(JobProblem) in _ = try JobNotifications(value) }
    }
    return problems + pluginProblems
      + JobProblem.services(workflow.kept["pluginConfig"], field: "sequence.pluginConfig")
  }

  private func problem(_ read: () throws(JobProblem) -> Void) -> [JobProblem] {
    do throws(JobProblem) {
      try read()
      return []
    } catch {
      return [error]
    }
  }

  private var retryProblems: [JobProblem] {
    guard let value = kept["retry"] else { return [] }
    return problem { () throws(JobProblem) in _ = try JobRetry(value) }
  }

  private var thresholdProblems: [JobProblem] {
    let field = "notifyAvgDurationThreshold"
    guard let value = kept[field], value != .text("") else { return [] }
    guard let text = value.scalarText else {
      return [JobProblem(field: field, message: "expected text, found \(value.kindName)")]
    }
    if text.hasReference || AverageDurationThreshold(text) != nil { return [] }
    return [
      JobProblem(
        field: field, value: text, message: "must be \(AverageDurationThreshold.allowed)")
    ]
  }

  private var tagProblems: [JobProblem] {
    let isFine =
      switch kept["tags"] {
      case .list(let items): items.allSatisfy { $0.scalarText != nil }
      case .map: false
      default: true
      }
    return isFine ? [] : [JobProblem(field: "tags", message: "expected texts")]
  }

  private var pluginProblems: [JobProblem] {
    var problems = JobProblem.services(kept["plugins"], field: "plugins")
    guard case .map(let services)? = kept["plugins"] else { return problems }
    for service in services {
      switch service.value {
      case .map, .null, .text(""): continue
      case let other:
        problems.append(
          JobProblem(
            field: "plugins.\(service.key)", message: "expected a map, found \(other.kindName)"))
      }
    }
    return problems
  }
}

extension JobProblem {
  /// What is wrong with a map of plugins by their services.
  static func services(_ value: JobValue?, field: String) -> [JobProblem] {
    guard let value, value != .text("") else { return [] }
    guard case .map(let services) = value else {
      return [JobProblem(field: field, message: "expected a map, found \(value.kindName)")]
    }
    // What XML has in a place where nothing is read.
    return services.filter { $0.key.contains("<") }.map {
      JobProblem(field: field, message: "unknown key '\($0.key)'")
    }
  }
}
