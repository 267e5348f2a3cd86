import Model
import Store

/// How many executions of a job may go on at once (`multipleExecutions`, `maxMultipleExecutions`).
enum RunLimit {
  /// 1 for a job that allows no more; nil without a limit, which Rundeck also writes as 0 and as nothing.
  ///
  /// Throws `LaunchError.invalidOptions` when an option makes something else of it than a number.
  static func of(_ job: Job, options: [String: String]) throws(LaunchError) -> Int64? {
    guard job.multipleExecutions else { return 1 }
    guard let text = job.maxMultipleExecutions, !text.isEmpty else { return nil }
    let value = try OptionReferences.expand(text, options)
    if value.isEmpty { return nil }
    guard let limit = Int64(value), limit >= 0 else {
      throw .invalidOptions([
        "The job's maxMultipleExecutions \(text) is '\(value.prefix(100))': it must be a number, 0 for "
          + "no limit"
      ])
    }
    return limit == 0 ? nil : limit
  }
}

/// The texts of a job's own settings that may refer to options.
enum OptionReferences {
  /// The text with its references to options replaced, without white space around it.
  ///
  /// Throws `LaunchError.invalidOptions` when that is longer than any number or duration.
  static func expand(
    _ text: String, _ options: [String: String]
  ) throws(LaunchError) -> String {
    var context = DataContext()
    context.groups["option"] = options
    guard let value = try? ReferenceExpansion(context: context, limit: 4096).expand(text) else {
      throw .invalidOptions(["The value of \(text) is longer than a number or a duration can be"])
    }
    let rest = value.drop(while: \.isWhitespace)
    return String(rest.reversed().drop(while: \.isWhitespace).reversed())
  }
}

extension CarriedExecution {
  /// The room that it needs of its job when its time has come; nil when it needs none.
  var room: JobRoom? {
    guard let id = record.jobID, let limit = (try? RunLimit.of(job, options: record.options)) ?? nil
    else { return nil }
    return JobRoom(id, limit: limit, isInLine: job.overlap.waits)
  }
}
