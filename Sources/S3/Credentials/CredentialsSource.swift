/// A place where credentials may be.
public protocol CredentialsSource: Sendable {
  /// The credentials, or nil when this place has none. Throws when it should have some and they cannot be had.
  func find() async throws(S3Error) -> S3Credentials?
}

/// A key and its secret as the configuration has them.
public struct GivenCredentials: CredentialsSource {
  private let accessKey: String
  private let secretKey: String
  private let name: String

  /// Credentials of the configuration, which calls them `name`.
  public init(accessKey: String, secretKey: String, name: String = "the configuration") {
    self.accessKey = accessKey
    self.secretKey = secretKey
    self.name = name
  }

  public func find() async throws(S3Error) -> S3Credentials? {
    S3Credentials(accessKey: accessKey, secretKey: secretKey, source: name)
  }
}

/// The variables `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` (or `AWS_SECRET_KEY`) and `AWS_SESSION_TOKEN`.
public struct EnvironmentCredentials: CredentialsSource {
  private let environment: [String: String]

  /// Those of this environment.
  public init(environment: [String: String]) { self.environment = environment }

  public func find() async throws(S3Error) -> S3Credentials? {
    func value(_ names: String...) -> String? {
      names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
    guard let accessKey = value("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"),
      let secretKey = value("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY")
    else { return nil }
    return S3Credentials(
      accessKey: accessKey, secretKey: secretKey, sessionToken: value("AWS_SESSION_TOKEN"),
      source: "the environment")
  }
}

/// A file with the properties `accessKey` and `secretKey`: what Rundeck calls `AWSCredentialsFile`.
public struct PropertiesFileCredentials: CredentialsSource {
  private let path: String

  /// The file at `path`.
  public init(path: String) { self.path = path }

  public func find() async throws(S3Error) -> S3Credentials? {
    guard let text = SmallFile.text(path) else {
      throw S3Error(.noCredentials, "the credentials file \(path) cannot be read")
    }
    let values = SmallFile.pairs(of: text, separators: "=:", comments: "#!")
    guard let accessKey = values["accessKey"], let secretKey = values["secretKey"] else {
      throw S3Error(.noCredentials, "\(path) does not have both accessKey and secretKey")
    }
    return S3Credentials(accessKey: accessKey, secretKey: secretKey, source: path)
  }
}
