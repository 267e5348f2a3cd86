/// A job's definition: everything that Rundeck's job formats can say about it.
///
/// What this program acts on has a property; every other documented key is in `kept`, under its name in
/// the YAML format, and is exported again.
public struct Job: Sendable, Hashable, Codable {
  /// `uuid` of the document; nil in a definition that has none until the import gives it one.
  public var id: JobID?
  /// `project` of the document, when it names one. The import decides where the job really goes.
  public var project: String?
  public var name: String
  /// Path of groups joined by `/`; empty at the top level.
  public var group: String
  public var description: String
  public var loglevel: JobLogLevel
  public var workflow: Workflow
  public var options: [JobOption]
  /// Where the steps run; nil means on the control plane's own host.
  public var nodeFilter: NodeDispatch?
  public var nodesSelectedByDefault: Bool
  public var nodeFilterEditable: Bool
  public var executionEnabled: Bool
  public var scheduleEnabled: Bool
  public var multipleExecutions: Bool
  /// A number or a reference to an option, as text.
  public var maxMultipleExecutions: String?
  /// A duration such as `120` or `6h 30m`, or a reference to an option.
  public var timeout: String?
  /// Documented keys that have no property here (`schedule`, `notification`, `retry`, `plugins`…).
  public var kept: [String: JobValue]

  public init(
    id: JobID? = nil, project: String? = nil, name: String, group: String = "",
    description: String = "", loglevel: JobLogLevel = .info, workflow: Workflow,
    options: [JobOption] = [], nodeFilter: NodeDispatch? = nil,
    nodesSelectedByDefault: Bool = true, nodeFilterEditable: Bool = false,
    executionEnabled: Bool = true, scheduleEnabled: Bool = true, multipleExecutions: Bool = false,
    maxMultipleExecutions: String? = nil, timeout: String? = nil, kept: [String: JobValue] = [:]
  ) {
    self.id = id
    self.project = project
    self.name = name
    self.group = group
    self.description = description
    self.loglevel = loglevel
    self.workflow = workflow
    self.options = options
    self.nodeFilter = nodeFilter
    self.nodesSelectedByDefault = nodesSelectedByDefault
    self.nodeFilterEditable = nodeFilterEditable
    self.executionEnabled = executionEnabled
    self.scheduleEnabled = scheduleEnabled
    self.multipleExecutions = multipleExecutions
    self.maxMultipleExecutions = maxMultipleExecutions
    self.timeout = timeout
    self.kept = kept
  }
}

extension Job {
  /// `schedule` as written: a map of its parts, or a map with `crontab`.
  public var schedule: JobValue? { kept["schedule"] }
  /// Whether the definition has a schedule (`scheduled` in the API).
  public var isScheduled: Bool { schedule != nil || namesSchedules }

  /// Whether it names schedules of its project; exports have an empty list where it names none.
  private var namesSchedules: Bool {
    switch kept["schedules"] {
    case nil, .null, .list([]), .map([]), .text(""): false
    default: true
    }
  }

  /// Group and name joined by `/`, as Rundeck's `jobListFilter` has it.
  public var path: String { group.isEmpty ? name : group + "/" + name }
}

/// How much a job's steps are to tell.
public enum JobLogLevel: String, Sendable, Hashable, Codable, CaseIterable {
  case debug = "DEBUG"
  case verbose = "VERBOSE"
  case info = "INFO"
  case warn = "WARN"
  case error = "ERROR"
}
