import LogStorage
import Synchronization

/// A backend that counts the bytes that are read from it.
final class CountingBackend: LogStorageBackend {
  private let real: any LogStorageBackend
  private let bytes = Mutex(0)

  init(real: any LogStorageBackend) { self.real = real }

  /// How many were read since this was asked last.
  func take() -> Int {
    bytes.withLock { bytes in
      defer { bytes = 0 }
      return bytes
    }
  }

  var name: String { real.name }

  func put(
    _ key: String, token: String, facts: [String: String],
    next: @escaping @Sendable () async throws -> [UInt8]?
  ) async throws { try await real.put(key, token: token, facts: facts, next: next) }

  func read(_ key: String, _ range: Range<Int64>) async throws -> [UInt8] {
    let read = try await real.read(key, range)
    bytes.withLock { $0 += read.count }
    return read
  }

  func size(of key: String) async throws -> Int64? { try await real.size(of: key) }
  func delete(_ key: String) async throws { try await real.delete(key) }
  func cleanUp(_ key: String) async throws { try await real.cleanUp(key) }
}
