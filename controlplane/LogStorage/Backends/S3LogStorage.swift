import HTTPClient
public import S3

/// Logs as objects of a bucket.
public struct S3LogStorage: LogStorageBackend {
  public let name = "s3"
  private let client: S3Client
  /// Whether facts are percent-encoded even when they are ASCII.
  private let encodesFacts: Bool

  /// - Parameter encodesFacts: `encodeUserMetadata` of Rundeck's S3 plugin. What is no ASCII is encoded in any case,
  ///   because no header can hold it.
  public init(client: S3Client, encodesFacts: Bool = false) {
    self.client = client
    self.encodesFacts = encodesFacts
  }

  public func put(
    _ key: String, token: String, facts: [String: String],
    next: @escaping @Sendable () async throws -> [UInt8]?
  ) async throws {
    let failure = FirstFailure()
    do {
      try await client.put(
        key,
        .pieces {
          do {
            return try await next()
          } catch {
            failure.note(error)
            throw error
          }
        }, contentType: "text/plain", metadata: facts.mapValues(encoded))
    } catch {
      throw failure.error ?? LogStorageError(error)
    }
  }

  public func read(_ key: String, _ range: Range<Int64>) async throws -> [UInt8] {
    if range.isEmpty { return [] }
    do {
      return try await client.bytes(of: key, range: range, limit: range.count)
    } catch  where error.code == .badRange {
      return []
    } catch {
      throw LogStorageError(error)
    }
  }

  public func size(of key: String) async throws -> Int64? {
    do {
      return try await client.head(key)?.size
    } catch {
      throw LogStorageError(error)
    }
  }

  public func delete(_ key: String) async throws {
    do {
      try await client.delete(key)
    } catch {
      throw LogStorageError(error)
    }
    try await cleanUp(key)
  }

  public func cleanUp(_ key: String) async throws {
    do {
      for upload in try await client.uploads(prefix: key) where upload.key == key {
        try await client.abort(upload)
      }
    } catch  where error.code == .denied || error.code == .refused {
      // Some servers do not list uploads: what is left there is for their own rules to clean up.
    } catch {
      throw LogStorageError(error)
    }
  }

  private func encoded(_ fact: String) -> String {
    guard encodesFacts || !fact.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return fact }
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    let digits = Array("0123456789ABCDEF".utf8)
    let bytes = fact.utf8.flatMap { byte -> [UInt8] in
      plain.contains(byte)
        ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension LogStorageError {
  /// What a bucket's failure means.
  init(_ error: S3Error) {
    let code: Code =
      switch error.code {
      case .noSuchObject: .missing
      case .cancelled: .cancelled
      case .denied, .badCredentials, .expiredCredentials, .noCredentials, .noSuchBucket,
        .elsewhere, .badRequest, .tooLarge:
        .denied
      case .noSuchUpload, .clockSkewed, .badRange, .throttled, .unavailable, .unreachable,
        .badAnswer, .bodyFailed, .refused:
        .unavailable
      }
    self.init(code, "\(error)")
  }
}
