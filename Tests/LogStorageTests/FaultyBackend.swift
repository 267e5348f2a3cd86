import LogStorage
import Synchronization

/// A backend that does what a test wants to go wrong, before the real one.
final class FaultyBackend: LogStorageBackend {
  enum Fault: Sendable, Hashable {
    /// Refuses to write.
    case refuses
    /// Takes some bytes and then fails.
    case breaksOff
    /// Says that it has written, and has not.
    case forgets
    /// Keeps only the first half.
    case cuts
    /// Flips a bit of what it keeps.
    case flips
    /// Waits for a signal before it gives the object its name.
    case hangs
  }

  let name = "file"
  private let real: FileLogStorage
  private let faults: Mutex<[Fault]>
  private let hanging = AsyncStream<Void>.makeStream()

  init(_ folder: String, _ faults: [Fault]) {
    real = FileLogStorage(directory: folder)
    self.faults = Mutex(faults)
  }

  /// How many faults are left.
  var left: Int { faults.withLock(\.count) }

  /// An element when somebody hangs.
  var hangs: AsyncStream<Void> { hanging.stream }

  func put(
    _ key: String, token: String, facts: [String: String],
    next: @escaping @Sendable () async throws -> [UInt8]?
  ) async throws {
    let fault = faults.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    switch fault {
    case nil: try await real.put(key, token: token, facts: facts, next: next)
    case .refuses: throw LogStorageError(.unavailable, "away")
    case .breaksOff:
      try await real.put(key, token: token, facts: facts) {
        _ = try await next()
        throw LogStorageError(.full, "no room")
      }
    case .forgets: while try await next() != nil {}
    case .cuts, .flips:
      var bytes: [UInt8] = []
      while let piece = try await next() { bytes += piece }
      if fault == .cuts { bytes.removeLast(bytes.count / 2) } else { bytes[bytes.count / 2] ^= 1 }
      let once = Mutex<[UInt8]?>(bytes)
      try await real.put(key, token: token, facts: facts) { once.withLock { $0.take() } }
    case .hangs:
      try await real.put(key, token: token, facts: facts) {
        if let piece = try await next() { return piece }
        self.hanging.continuation.yield()
        try await Task.sleep(for: .seconds(3_600))
        return nil
      }
    }
  }

  func read(_ key: String, _ range: Range<Int64>) async throws -> [UInt8] {
    try await real.read(key, range)
  }
  func size(of key: String) async throws -> Int64? { try await real.size(of: key) }
  func delete(_ key: String) async throws { try await real.delete(key) }
  func cleanUp(_ key: String) async throws { try await real.cleanUp(key) }
}
