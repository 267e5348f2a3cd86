public import HTTPClient

/// Asks places for credentials one after another, keeps what the first of them has, and asks again before those expire
/// and when a server has refused them.
public actor CredentialsChain: S3CredentialsProvider {
  private let sources: [any CredentialsSource]
  private let now: @Sendable () -> Int64
  private let announce: @Sendable (S3Credentials) -> Void
  private var known: S3Credentials?
  private var asking: Task<Result<S3Credentials, S3Error>, Never>?

  /// How long before they expire credentials are replaced, in seconds; Amazon has new ones by then.
  private static let margin: Int64 = 300

  /// A chain. `announce` is told whenever credentials come from another place than before; `now` tells seconds since 1970.
  public init(
    _ sources: [any CredentialsSource],
    now: @escaping @Sendable () -> Int64 = { ServerTime.now() },
    announce: @escaping @Sendable (S3Credentials) -> Void = { _ in }
  ) {
    self.sources = sources
    self.now = now
    self.announce = announce
  }

  public func credentials(
    replacing refused: S3Credentials?
  ) async throws(S3Error) -> S3Credentials {
    if let known, known != refused, !isExpiring(known, within: Self.margin) { return known }
    let task = asking ?? Task { await ask() }
    asking = task
    switch await task.value {
    case .success(let credentials):
      return credentials
    case .failure(let error):
      // Better those that are good for some minutes than none.
      if let known, known != refused, !isExpiring(known, within: 0) { return known }
      throw error
    }
  }

  private func ask() async -> Result<S3Credentials, S3Error> {
    defer { asking = nil }
    do throws(S3Error) {
      for source in sources {
        guard let found = try await source.find() else { continue }
        guard !isExpiring(found, within: 0) else {
          throw S3Error(.expiredCredentials, "\(found) have expired")
        }
        if found.source != known?.source { announce(found) }
        known = found
        return .success(found)
      }
      throw S3Error(.noCredentials, "no credentials were found")
    } catch {
      return .failure(error)
    }
  }

  private func isExpiring(_ credentials: S3Credentials, within seconds: Int64) -> Bool {
    credentials.expiry.map { $0 - seconds <= now() } ?? false
  }
}

extension CredentialsChain {
  /// The places in the order of Rundeck's S3 plugin. What is given is used alone: a key with its secret
  /// (`AWSAccessKeyId`, `AWSSecretKey`), else a file (`AWSCredentialsFile`). When neither is, the environment, the
  /// files that Amazon's tools share, the container's task and the instance's role are asked.
  ///
  /// Throws `badRequest` when a key is given without its secret or the reverse.
  public init(
    accessKey: String? = nil, secretKey: String? = nil, credentialsFile: String? = nil,
    region: String = "us-east-1", environment: [String: String], home: String?, http: HTTPClient,
    announce: @escaping @Sendable (S3Credentials) -> Void = { _ in }
  ) throws(S3Error) {
    self.init(
      try Self.sources(
        accessKey, secretKey, credentialsFile, region: region, environment: environment,
        home: home, http: http),
      announce: announce)
  }

  private static func sources(
    _ accessKey: String?, _ secretKey: String?, _ file: String?, region: String,
    environment: [String: String], home: String?, http: HTTPClient
  ) throws(S3Error) -> [any CredentialsSource] {
    switch (accessKey, secretKey) {
    case (let accessKey?, let secretKey?):
      return [GivenCredentials(accessKey: accessKey, secretKey: secretKey, name: "AWSAccessKeyId")]
    case (nil, nil):
      if let file { return [PropertiesFileCredentials(path: file)] }
    default:
      throw S3Error(.badRequest, "AWSAccessKeyId and AWSSecretKey go together")
    }
    // These services are on the host itself or next to it.
    var configuration = HTTPClientConfiguration()
    configuration.proxy = .none
    let direct = HTTPClient(configuration: configuration)
    return [
      EnvironmentCredentials(environment: environment),
      SharedFileCredentials(
        environment: environment, home: home, region: region, http: http),
      ContainerCredentials(environment: environment, http: direct),
      InstanceCredentials(environment: environment, http: direct),
    ]
  }
}
