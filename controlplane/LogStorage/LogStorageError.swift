public import Store

/// Why a log could not be stored or a stored one not be read.
public struct LogStorageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The backend is away or answers with a failure of its own.
    case unavailable
    /// There is no such object.
    case missing
    /// The backend refuses: rights, credentials, a bucket that is not there, a read-only directory.
    case denied
    /// There is no room left.
    case full
    /// What was read is not what was written.
    case damaged
    /// Somebody else writes this log now, or its execution is gone.
    case claimLost
    /// The backend that has the object is not configured on this member.
    case notConfigured
    /// The database failed.
    case store
    /// The task was cancelled.
    case cancelled
  }

  public let code: Code
  /// What happened, for a human; without secrets.
  public let message: String
  /// The database's failure, for `store`.
  public let cause: StoreError?

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
    cause = nil
  }

  /// The database failed.
  public init(_ cause: StoreError) {
    code = .store
    message = "\(cause)"
    self.cause = cause
  }

  /// What an error means for whoever stores a log.
  public init(_ error: any Error) {
    switch error {
    case let error as LogStorageError: self = error
    case let error as StoreError: self.init(error)
    case is CancellationError: self.init(.cancelled, "the task was cancelled")
    default: self.init(.unavailable, "\(error)")
    }
  }

  /// Whether the same may succeed later with nobody changing anything.
  public var isRetryable: Bool {
    switch code {
    case .unavailable, .full: true
    case .store: cause?.isRetryable ?? false
    case .missing, .denied, .damaged, .claimLost, .notConfigured, .cancelled: false
    }
  }

  public var description: String { "\(code.rawValue): \(message)" }
}
