import Model

/// Which job a job reference means and what it changes of it; references to the data context are replaced.
struct JobReference: Sendable, Hashable {
  /// The job's UUID; nil when it is meant by name, or when the reference says `useName`.
  var uuid: String?
  var name: String?
  var group: String?
  /// Another project than the parent's.
  var project: String?
  /// Option values as one line, the references in each word replaced.
  var arguments: String?
  /// Whether the parent's options of the same name are passed on.
  var importsOptions = false
  /// Whether the parent fails when the job's execution is disabled; else the step is passed over.
  var failsOnDisabled = false
  var ignoresNotifications = false
  /// Whether the job's nodes are counted among the parent's.
  var countsChildNodes = false
  /// The nodes instead of the job's own.
  var dispatch: NodeDispatch?
  /// Whether only those of the job's nodes count that the parent has too.
  var intersectsNodes = false
  /// Whether it runs once for each node; then the node is the only one of the nested workflow.
  var isNodeStep = false
}
