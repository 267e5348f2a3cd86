public import Model

/// A file that was uploaded for an option of a job: everything but its bytes.
public struct OptionFileRecord: Sendable, Hashable {
  /// What becomes of an uploaded file. The names are Rundeck's, but for `uploading`.
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// Its bytes are on their way in.
    case uploading
    /// It is whole, and an execution may use it.
    case temp
    /// It was used, and its bytes are gone.
    case deleted
    /// Nobody used it in time, and its bytes are gone.
    case expired
    /// It is kept for good.
    case retained
  }

  /// The key that stands for it as an option's value.
  public let id: String
  public let project: String
  public let job: JobID
  public let option: String
  public let user: String
  /// As the uploading user's client called it.
  public let fileName: String?
  /// The member that took it.
  public let member: String
  /// As of the question, by the database's clock: what nobody used in time has expired, even if its bytes are still there.
  public let state: State
  /// In bytes.
  public let size: Int64
  /// SHA-256 in hexadecimal digits; nil until it is whole.
  public let digest: String?
  public let createdAt: Instant
  public let expiresAt: Instant
  /// The latest execution that used it.
  public let execution: ExecutionID?

  /// Whether a new execution may use it.
  public var isUsable: Bool { state == .temp }
}

/// A file that is about to be uploaded.
public struct OptionFileDraft: Sendable, Hashable {
  public var id: String
  public var project: String
  public var job: JobID
  public var option: String
  public var user: String
  public var fileName: String?
  public var member: String

  public init(
    id: String, project: String, job: JobID, option: String, user: String, fileName: String?,
    member: String
  ) {
    self.id = id
    self.project = project
    self.job = job
    self.option = option
    self.user = user
    self.fileName = fileName
    self.member = member
  }
}
