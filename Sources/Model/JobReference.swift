/// A step that runs another job (`jobref`). Its texts are as written, references included.
public struct JobReference: Sendable, Hashable, Codable {
  /// Which job is meant.
  public enum Target: Sendable, Hashable {
    case id(JobID)
    /// A nil project is that of the job with the reference.
    case named(project: String?, group: String, name: String)
  }

  public var uuid: JobID?
  public var name: String?
  /// Empty at the top level.
  public var group: String
  public var project: String?
  /// Options for the job as one line: `-version 2 -env "my env"`.
  public var arguments: String
  /// Whether the job runs once for each node of this job instead of once.
  public var isNodeStep: Bool
  /// Where the job runs instead of on its own nodes; nil leaves them to it.
  public var nodes: ReferencedNodes?
  /// Whether this execution's options go to the job when it has options of these names
  /// (`importOptions`).
  public var importsOptions: Bool
  /// Whether a job that may not be executed is a failure instead of being skipped (`failOnDisable`).
  public var failsWhenDisabled: Bool
  /// Whether the job's nodes count as nodes of this execution (`childNodes`).
  public var countsChildNodes: Bool
  /// Whether the job's notifications are not sent (`ignoreNotifications`).
  public var ignoresNotifications: Bool
  /// Whether group and name decide even if there is a uuid (`useName`).
  public var usesName: Bool

  public init(
    uuid: JobID? = nil, name: String? = nil, group: String = "", project: String? = nil,
    arguments: String = "", isNodeStep: Bool = false, nodes: ReferencedNodes? = nil,
    importsOptions: Bool = false, failsWhenDisabled: Bool = false, countsChildNodes: Bool = false,
    ignoresNotifications: Bool = false, usesName: Bool = false
  ) {
    self.uuid = uuid
    self.name = name
    self.group = group
    self.project = project
    self.arguments = arguments
    self.isNodeStep = isNodeStep
    self.nodes = nodes
    self.importsOptions = importsOptions
    self.failsWhenDisabled = failsWhenDisabled
    self.countsChildNodes = countsChildNodes
    self.ignoresNotifications = ignoresNotifications
    self.usesName = usesName
  }

  /// The job that is meant: by its uuid, unless it has none or `useName` says otherwise.
  public var target: Target {
    if let uuid, !usesName || name == nil { return .id(uuid) }
    return .named(project: project, group: group, name: name ?? "")
  }
}

extension JobReference {
  /// Reads the map under `jobref`.
  ///
  /// - Throws: `JobProblem` for a reference to nothing, for values that cannot be and for unknown keys.
  public init(_ value: JobValue, path: String = "jobref") throws(JobProblem) {
    var fields = try DefinitionFields(value, path: path)
    self.init()
    uuid = try fields.filledText("uuid").map { JobID($0) }
    name = try fields.filledText("name")
    guard uuid != nil || name != nil else {
      throw JobProblem(field: path, message: "a job reference needs a name or a uuid")
    }
    group = (try fields.text("group") ?? "").split(separator: "/").joined(separator: "/")
    project = try fields.filledText("project")
    arguments = try fields.text("args") ?? ""
    isNodeStep = try fields.flag("nodeStep") ?? false
    try readSwitches(&fields)
    try readNodes(&fields)
    try fields.refuseRest()
  }

  private mutating func readSwitches(_ fields: inout DefinitionFields) throws(JobProblem) {
    importsOptions = try fields.flag("importOptions") ?? false
    failsWhenDisabled = try fields.flag("failOnDisable") ?? false
    countsChildNodes = try fields.flag("childNodes") ?? false
    ignoresNotifications = try fields.flag("ignoreNotifications") ?? false
    usesName = try fields.flag("useName") ?? false
  }

  private mutating func readNodes(_ fields: inout DefinitionFields) throws(JobProblem) {
    if let value = fields.take("nodefilters") {
      nodes = try ReferencedNodes(value, path: fields.field("nodefilters"))
    }
    guard let intersects = try fields.flag("nodeIntersect") else { return }
    var found = nodes ?? ReferencedNodes()
    found.intersects = intersects
    nodes = found
  }
}
