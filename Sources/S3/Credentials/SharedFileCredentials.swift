public import HTTPClient

/// A profile of the files that Amazon's tools share: `~/.aws/credentials` and `~/.aws/config`, or what
/// `AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE` name; the profile is `AWS_PROFILE` or `default`.
///
/// A profile with `role_arn` and `source_profile` gives the temporary credentials of that role.
public struct SharedFileCredentials: CredentialsSource {
  private let environment: [String: String]
  private let home: String?
  private let region: String
  private let http: HTTPClient

  /// The files of an environment and a home directory; roles are asked for in `region`.
  public init(
    environment: [String: String], home: String?, region: String, http: HTTPClient
  ) {
    self.environment = environment
    self.home = home
    self.region = region
    self.http = http
  }

  public func find() async throws(S3Error) -> S3Credentials? {
    let name = environment["AWS_PROFILE"] ?? "default"
    let profiles = profiles()
    guard profiles[name] != nil else {
      guard environment["AWS_PROFILE"] == nil else {
        throw S3Error(.noCredentials, "there is no profile \(name) in \(path ?? "~/.aws")")
      }
      return nil
    }
    return try await credentials(of: name, profiles, depth: 0)
  }

  private func credentials(
    of name: String, _ profiles: [String: [String: String]], depth: Int
  ) async throws(S3Error) -> S3Credentials? {
    guard let profile = profiles[name], depth < 5 else {
      throw S3Error(.noCredentials, "the profile \(name) in \(path ?? "~/.aws") leads nowhere")
    }
    if let accessKey = profile["aws_access_key_id"],
      let secretKey = profile["aws_secret_access_key"]
    {
      return S3Credentials(
        accessKey: accessKey, secretKey: secretKey, sessionToken: profile["aws_session_token"],
        source: "profile \(name) in \(path ?? "~/.aws")")
    }
    guard let role = profile["role_arn"], let source = profile["source_profile"] else {
      return nil
    }
    guard let base = try await credentials(of: source, profiles, depth: depth + 1) else {
      return nil
    }
    return try await AssumedRole(
      role: role, session: profile["role_session_name"] ?? "quarterdeck",
      externalID: profile["external_id"], region: profile["region"] ?? region,
      endpoint: environment["AWS_ENDPOINT_URL_STS"]
    ).credentials(by: base, http)
  }

  private var path: String? {
    environment["AWS_SHARED_CREDENTIALS_FILE"] ?? home.map { "\($0)/.aws/credentials" }
  }

  /// The profiles of both files; what the credentials file says counts.
  private func profiles() -> [String: [String: String]] {
    let configuration = environment["AWS_CONFIG_FILE"] ?? home.map { "\($0)/.aws/config" }
    var profiles: [String: [String: String]] = [:]
    for (name, values) in sections(configuration) {
      let words = name.split(separator: " ")
      if words.count == 2, words[0] == "profile" {
        profiles[String(words[1])] = values
      } else if name == "default" {
        profiles[name] = values
      }
    }
    for (name, values) in sections(path) {
      profiles[name, default: [:]].merge(values) { $1 }
    }
    return profiles
  }

  private func sections(_ path: String?) -> [String: [String: String]] {
    path.flatMap(SmallFile.text).map(SmallFile.sections) ?? [:]
  }
}
