import FoundationEssentials
public import HTTPClient

/// The credentials of the role that an instance of EC2 has, from the service that only the instance reaches (IMDSv2).
///
/// `AWS_EC2_METADATA_SERVICE_ENDPOINT` names another address, `AWS_EC2_METADATA_DISABLED=true` asks nobody.
public struct InstanceCredentials: CredentialsSource {
  private let environment: [String: String]
  private let http: HTTPClient

  /// Those of this instance; `http` must go to no proxy.
  public init(environment: [String: String], http: HTTPClient) {
    self.environment = environment
    self.http = http
  }

  public func find() async throws(S3Error) -> S3Credentials? {
    guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else { return nil }
    var base = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? "http://169.254.169.254"
    while base.hasSuffix("/") { base.removeLast() }
    let metadata = Metadata(http: http)
    // Nobody there: this is no such instance.
    guard
      let token = try? await metadata.text(
        "PUT", "\(base)/latest/api/token", ["X-aws-ec2-metadata-token-ttl-seconds": "21600"])
    else { return nil }
    let roles = "\(base)/latest/meta-data/iam/security-credentials/"
    let proof: HTTPHeaders = ["X-aws-ec2-metadata-token": token]
    guard
      let role = try await metadata.text("GET", roles, proof, isOptional: true)?
        .split(whereSeparator: \.isNewline).first
    else { return nil }
    return try await metadata.credentials(
      at: roles + role, proof, source: "the instance's role \(role)")
  }
}

/// The credentials of a container's task: `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, or `…_FULL_URI`, with
/// `AWS_CONTAINER_AUTHORIZATION_TOKEN` or the file that `…_TOKEN_FILE` names.
public struct ContainerCredentials: CredentialsSource {
  private let environment: [String: String]
  private let http: HTTPClient

  /// Those of this container; `http` must go to no proxy.
  public init(environment: [String: String], http: HTTPClient) {
    self.environment = environment
    self.http = http
  }

  public func find() async throws(S3Error) -> S3Credentials? {
    let relative = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"]
    guard
      let url = relative.map({ "http://169.254.170.2\($0)" })
        ?? environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    else { return nil }
    var headers: HTTPHeaders = [:]
    if let path = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
      headers["Authorization"] = SmallFile.text(path)?.split(whereSeparator: \.isNewline).first
        .map(String.init)
    } else {
      headers["Authorization"] = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
    }
    return try await Metadata(http: http).credentials(
      at: url, headers, source: "the container's task")
  }
}

/// Asks the services that tell an instance or a container its credentials.
private struct Metadata {
  let http: HTTPClient

  private struct Document: Decodable {
    let AccessKeyId: String
    let SecretAccessKey: String
    let Token: String?
    let Expiration: String?
  }

  /// The answer's text; nil when there is nothing at this address and that `isOptional`.
  func text(
    _ method: String, _ url: String, _ headers: HTTPHeaders, isOptional: Bool = false
  ) async throws(S3Error) -> String? {
    let answer: HTTPResponse
    do throws(HTTPClientError) {
      let timeouts = HTTPTimeouts(connect: .seconds(2), total: .seconds(10), idle: .seconds(5))
      answer = try await http.send(
        HTTPRequest(method, url, headers: headers, timeouts: timeouts), limit: 65_536)
    } catch {
      throw S3Error(error)
    }
    if answer.status == 404, isOptional { return nil }
    guard answer.status == 200 else {
      throw S3Error(
        .unavailable, "\(method) \(url) gave no credentials", status: answer.status)
    }
    return answer.text
  }

  func credentials(
    at url: String, _ headers: HTTPHeaders, source: String
  ) async throws(S3Error) -> S3Credentials? {
    let text = try await text("GET", url, headers) ?? ""
    guard let document = try? JSONDecoder().decode(Document.self, from: Data(text.utf8)) else {
      throw S3Error(.unavailable, "the answer of \(url) has no credentials in it")
    }
    return S3Credentials(
      accessKey: document.AccessKeyId, secretKey: document.SecretAccessKey,
      sessionToken: document.Token,
      expiry: document.Expiration.flatMap(ServerTime.seconds(timestamp:)), source: source)
  }
}
