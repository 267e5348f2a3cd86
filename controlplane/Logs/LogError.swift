public import Spool
public import Store

/// Why a log cannot be read or written.
public enum LogError: Error, Sendable, Hashable {
  /// The store failed.
  case store(StoreError)
  /// The chunk at this position is no sequence of frames.
  case corrupt(position: Int64, cause: SpoolError)
  /// The stored copy cannot be read.
  case stored(reason: String, isRetryable: Bool)

  /// Whether the same work may succeed when it is tried again.
  public var isRetryable: Bool {
    switch self {
    case .store(let error): error.isRetryable
    case .corrupt: false
    case .stored(_, let isRetryable): isRetryable
    }
  }
}
