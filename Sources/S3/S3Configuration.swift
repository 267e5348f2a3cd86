public import HTTPClient

/// Where a bucket is and how it is spoken to.
public struct S3Configuration: Sendable, Hashable {
  /// The bucket's name.
  public var bucket: String
  /// The region that requests are signed for.
  public var region: String
  /// The server, e.g. `https://storage.example:9000/s3`; nil is Amazon's of the region.
  public var endpoint: String?
  /// Whether the bucket is the first part of the path instead of the first part of the host's name. It always is where
  /// the server is named by its address and where the bucket's name cannot be a host's.
  public var isPathStyle: Bool
  /// Objects with more bytes than this are uploaded in parts.
  public var multipartThreshold = 16 * 1024 * 1024
  /// The bytes of a part; S3 takes no less than 5 MiB, but for the last.
  public var partSize = 8 * 1024 * 1024
  /// How many parts of one upload are under way at once; each is kept in memory until the server has it.
  public var partsAtOnce = 2
  /// How often each part is sent at most.
  public var partAttempts = 4
  /// The pause before a part is sent again; it doubles each time.
  public var partPause = Duration.milliseconds(250)
  /// The limits on each request's time.
  public var timeouts = HTTPTimeouts(connect: .seconds(10), total: nil, idle: .seconds(60))

  /// A bucket.
  public init(
    bucket: String, region: String = "us-east-1", endpoint: String? = nil, isPathStyle: Bool = false
  ) {
    self.bucket = bucket
    self.region = region
    self.endpoint = endpoint
    self.isPathStyle = isPathStyle
  }

  /// The most parts that an upload may have, by S3's rule.
  public static let mostParts = 10_000
}
