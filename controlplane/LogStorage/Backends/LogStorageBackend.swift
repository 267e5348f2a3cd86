/// Where logs are kept as objects with names.
///
/// Each call does its work once and throws `LogStorageError`; whoever calls decides when to try again.
public protocol LogStorageBackend: Sendable {
  /// Its name in records, in the configuration and in the API.
  var name: String { get }

  /// Writes an object: what `next` gives until it gives nil. The object is there as a whole, and safe from a crash of this
  /// process, when this returns; until then whoever asks for it finds what was there before. Throws what `next` throws.
  ///
  /// - Parameters:
  ///   - token: different for each attempt of the same object.
  ///   - facts: what is known about the object, for a backend that can keep it beside the object.
  func put(
    _ key: String, token: String, facts: [String: String],
    next: @escaping @Sendable () async throws -> [UInt8]?
  ) async throws

  /// The object's bytes in `range`, fewer when it ends before.
  func read(_ key: String, _ range: Range<Int64>) async throws -> [UInt8]

  /// The object's size, nil when there is none.
  func size(of key: String) async throws -> Int64?

  /// Deletes the object, and what attempts that were broken off left of it. It is no error when there is none.
  func delete(_ key: String) async throws

  /// Deletes what attempts that were broken off left behind, the object itself not.
  func cleanUp(_ key: String) async throws
}
