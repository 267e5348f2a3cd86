import Synchronization

/// The first error that was noted, as it was.
final class FirstFailure: Sendable {
  private let noted = Mutex<(any Error)?>(nil)

  func note(_ error: any Error) { noted.withLock { $0 = $0 ?? error } }
  var error: (any Error)? { noted.withLock { $0 } }
}
