import Hummingbird
import NIOCore
import Synchronization

/// Reads a request's whole body.
///
/// What counts is that it goes on: an agent behind a slow line sends its report over and over again when
/// it is cut off for its length. The tenfold of the time-out is the end all the same, because a body that
/// is on its way occupies memory that others wait for.
struct BodyReader<Time: Clock<Duration>>: Sendable {
  let body: RequestBody
  /// The most bytes it may have.
  let limit: Int
  /// How many bytes it is thought to have; memory for them is taken once, when the first have come.
  var expected = 0
  /// How long it may be silent.
  let timeout: Duration
  let clock: Time

  /// Throws `AgentRefusal` when the body is too long or does not go on.
  func read() async throws -> [UInt8] {
    let pulse = Pulse(clock)
    return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
      group.addTask { try await collect(pulse) }
      group.addTask {
        try await waitForSilence(pulse)
        return nil
      }
      defer { group.cancelAll() }
      guard case .some(.some(let bytes)) = try await group.next() else {
        throw AgentRefusal(.requestTimeout, "The body did not arrive in time.")
      }
      return bytes
    }
  }

  private func collect(_ pulse: Pulse<Time>) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await buffer in body {
      guard bytes.count + buffer.readableBytes <= limit else {
        throw AgentRefusal(.contentTooLarge, "The body is longer than \(limit) bytes.")
      }
      if bytes.isEmpty { bytes.reserveCapacity(min(expected, limit)) }
      bytes.append(contentsOf: buffer.readableBytesView)
      pulse.beat()
    }
    return bytes
  }

  /// Returns when nothing has come for the time-out, or when the end has come.
  private func waitForSilence(_ pulse: Pulse<Time>) async throws {
    let end = clock.now.advanced(by: timeout * 10)
    while true {
      let deadline = min(pulse.last.advanced(by: timeout), end)
      if deadline <= clock.now { return }
      try await clock.sleep(until: deadline, tolerance: nil)
    }
  }
}

/// When something came last.
private final class Pulse<Time: Clock>: Sendable {
  private let clock: Time
  private let time: Mutex<Time.Instant>

  init(_ clock: Time) {
    self.clock = clock
    time = Mutex(clock.now)
  }

  var last: Time.Instant { time.withLock { $0 } }
  func beat() { time.withLock { $0 = clock.now } }
}
