public import HTTPClient

/// What a bucket says of an object.
public struct S3Object: Sendable, Hashable {
  /// The key.
  public let key: String
  /// The whole object's bytes.
  public let size: Int64
  /// The server's name of these contents, with its quotation marks.
  public let etag: String
  /// When it was stored, in seconds since 1970; nil when the server does not say.
  public let modified: Int64?
  /// The metadata it was stored with, by lower-case name without `x-amz-meta-`. A list does not tell it.
  public let metadata: [String: String]
}

/// What an upload left in the bucket.
public struct S3Stored: Sendable, Hashable {
  /// The object's bytes.
  public let size: Int64
  /// The server's name of these contents, with its quotation marks.
  public let etag: String
  /// The number of parts it was sent in; 1 when it was sent at once.
  public let parts: Int

  /// What was stored.
  public init(size: Int64, etag: String, parts: Int) {
    self.size = size
    self.etag = etag
    self.parts = parts
  }
}

/// An object, or some bytes of it, on the way.
public struct S3Download: Sendable {
  /// What it is.
  public let object: S3Object
  /// The bytes of the object that come.
  public let range: Range<Int64>
  /// They. An answer that breaks off throws; dropping it ends the transfer.
  public let body: HTTPResponseBody
}

/// A part of a list.
public struct S3Page: Sendable, Hashable {
  /// Objects, by key.
  public let objects: [S3Object]
  /// Ask with this for what follows; nil is the end.
  public let continuation: String?
}

/// A multipart upload that was neither completed nor aborted.
public struct S3Upload: Sendable, Hashable {
  /// The key it is for.
  public let key: String
  /// The server's name of it.
  public let id: String
  /// When it began, in seconds since 1970; nil when the server does not say.
  public let initiated: Int64?

  /// An upload.
  public init(key: String, id: String, initiated: Int64? = nil) {
    self.key = key
    self.id = id
    self.initiated = initiated
  }
}

/// What an object consists of.
public enum S3Body: Sendable {
  /// These bytes.
  case bytes([UInt8])
  /// What `next` gives until it gives nil, in pieces of any size. It is asked by one at a time.
  case pieces(next: @Sendable () async throws -> [UInt8]?)
}
