import Model

/// Somebody wants to know the values of a job's options for one run.
struct OptionsQuestion: Sendable {
  var job: Job
  /// Nil for an ad hoc run, which has no options.
  var jobID: JobID?
  var project: String
  var user: String
  /// `-name value …`.
  var argString: String?
  /// Values by name; they win over the `argString`.
  var values: [String: String] = [:]
  /// Several values of one option, to be joined with its delimiter; they win over `values`.
  var lists: [String: [String]] = [:]
  /// The execution that asks for a job reference: its files may be passed on.
  var execution: ExecutionID?
  /// How long servers may be asked for values, all together.
  var patience = Self.patience

  static let patience = Duration.seconds(60)
}

extension OptionsQuestion {
  /// What a request asks of its job.
  init(_ subject: RunPlanner.Subject, _ request: RunRequest) {
    self.init(
      job: subject.job, jobID: subject.jobID, project: subject.project, user: request.user,
      argString: request.argString, values: request.options, lists: request.optionLists)
    if let patience = request.optionPatience { self.patience = patience }
  }

  /// What is given, by name.
  ///
  /// - Throws: `OptionsError` for an argument string that cannot be read and for a value that no process can be given.
  func given() throws(OptionsError) -> [String: String] {
    var given: [String: String] = [:]
    do {
      for (name, value) in try ArgumentLine.options(argString ?? "") { given[name] = value }
    } catch {
      throw OptionsError(messages: ["\(error)"])
    }
    given.merge(values) { _, value in value }
    given.merge(joinedLists) { _, value in value }
    let bad = given.keys.filter { $0.utf8.contains(0) || given[$0]?.utf8.contains(0) == true }
    if let name = bad.min() {
      throw OptionsError(messages: [
        "Option '\(name.prefix { $0 != "\0" })' must not contain the character U+0000."
      ])
    }
    return given
  }

  private var joinedLists: [String: String] {
    guard !lists.isEmpty else { return [:] }
    var joined: [String: String] = [:]
    let options = Dictionary(job.options.map { ($0.name, $0) }) { first, _ in first }
    for (name, values) in lists {
      joined[name] = values.joined(separator: options[name]?.separator ?? ",")
    }
    return joined
  }
}
