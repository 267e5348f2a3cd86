public import Model
public import Store

/// Everything that a notification can tell: read when it is delivered, except for the status, which is that of the event.
public struct NotificationFacts: Sendable {
  public var record: NotificationRecord
  public var event: NotificationEvent
  /// Nil for due instants that were missed.
  public var execution: ExecutionRecord?
  /// The job that the notification is about; of a reference only its names.
  public var job: Job
  public var jobID: String
  /// When the job began and ended that is told of.
  public var startedAt: Instant?
  public var overAt: Instant?
  public var succeeded: [String] = []
  public var failed: [String] = []
  public var averageDuration: Duration?
  /// What the steps left, by group and name.
  public var values: [String: [String: String]] = [:]
  /// The address of whoever runs it; nil without one.
  public var userEmail: String?
  /// What the project has for `${globals.*}`.
  public var globals: [String: String] = [:]
  /// `grails.serverURL`.
  public var serverURL: String

  public init(
    record: NotificationRecord, event: NotificationEvent, execution: ExecutionRecord?, job: Job,
    jobID: String, serverURL: String
  ) {
    self.record = record
    self.event = event
    self.execution = execution
    self.job = job
    self.jobID = jobID
    startedAt = execution?.startedAt
    overAt = execution?.endedAt
    self.serverURL = serverURL
  }

  /// The execution's status at the event.
  public var status: String { record.status }

  /// The number as receivers get it; empty when there is no execution.
  public var executionID: String { execution.map { "\($0.id.number)" } ?? "" }

  var apiURL: String { "\(serverURL)/api/\(Self.apiVersion)" }
  var projectURL: String { "\(serverURL)/project/\(PercentEncoding.encode(record.project))" }
  var jobURL: String {
    jobID.isEmpty ? "" : "\(projectURL)/job/show/\(PercentEncoding.encode(jobID))"
  }
  var executionURL: String {
    execution.map { "\(projectURL)/execution/show/\($0.id.number)" } ?? ""
  }

  /// The version of the API whose addresses and documents notifications have.
  static let apiVersion = 59

  /// When it ended, for those who are told of its end.
  var endedAt: Instant? { event == .start || event == .averageDuration ? nil : overAt }

  /// What ran, in one line.
  var summary: String { job.workflow.summary }
}
