import HTTPClient
import S3
import TestSupport

/// A client of a bucket of its own on the shared server.
struct S3Room: Sendable {
  let server: S3Server
  let bucket: String
  let client: S3Client

  static let credentials = FixedCredentials(
    S3Credentials(accessKey: "test", secretKey: "test", source: "the test"))

  init(
    on server: S3Server? = nil, credentials: any S3CredentialsProvider = credentials,
    _ change: (inout S3Configuration) -> Void = { _ in }
  ) async throws {
    if let server { self.server = server } else { self.server = try await S3Server.shared() }
    bucket = try await self.server.createBucket()
    var configuration = S3Configuration(
      bucket: bucket, endpoint: self.server.url, isPathStyle: true)
    configuration.partPause = .milliseconds(1)
    change(&configuration)
    client = try S3Client(configuration: configuration, credentials: credentials, http: .direct)
  }
}

extension HTTPClient {
  /// Goes straight to the server whatever the environment says of proxies.
  static var direct: HTTPClient {
    var configuration = HTTPClientConfiguration()
    configuration.proxy = .none
    return HTTPClient(configuration: configuration)
  }
}

/// Bytes that differ from any of their neighbours: a period of 65,521 bytes, which no size of a part is a multiple of.
func pattern(_ count: Int) -> [UInt8] {
  var state: UInt64 = 0x9E37_79B9_7F4A_7C15
  let period = (0..<min(count, 65_521)).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 33)
  }
  var bytes = period
  bytes.reserveCapacity(count + period.count)
  while bytes.count < count { bytes += period }
  bytes.removeLast(bytes.count - count)
  return bytes
}

extension S3Room {
  /// Begins an upload of `key` that nobody ends, as a process that died would.
  func leaveUpload(of key: String) async throws {
    let answer = try await HTTPClient.direct.send(
      HTTPRequest("POST", "\(server.url)/\(bucket)/\(key)?uploads="))
    guard answer.status == 200 else { throw NeverHappened(description: answer.text) }
  }
}
