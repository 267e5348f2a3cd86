import Glibc
import HTTPClient
import S3
import Synchronization
import TestSupport
import Testing

@Suite struct CredentialsTests {
  private func chain(
    key: String? = nil, secret: String? = nil, file: String? = nil,
    environment: [String: String] = [:], home: String? = nil
  ) throws -> CredentialsChain {
    try CredentialsChain(
      accessKey: key, secretKey: secret, credentialsFile: file,
      environment: environment.merging(["AWS_EC2_METADATA_DISABLED": "true"]) { given, _ in given },
      home: home, http: .direct)
  }

  private func home(credentials: String, config: String = "") throws -> String {
    let folder = try makeTemporaryFolder()
    _ = try makeFolder("\(folder)/.aws")
    try writeFile("\(folder)/.aws/credentials", credentials)
    try writeFile("\(folder)/.aws/config", config)
    return folder
  }

  @Test func `what the configuration gives is used alone`() async throws {
    let found = try await chain(
      key: "GIVEN", secret: "s", file: "/nowhere",
      environment: ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_KEY": "e"]
    ).credentials(replacing: nil)
    #expect(found.accessKey == "GIVEN")
    #expect(throws: S3Error.self) { try chain(key: "GIVEN") }
  }

  @Test func `a credentials file has properties`() async throws {
    let folder = try makeTemporaryFolder()
    defer { removeFolder(folder) }
    try writeFile("\(folder)/aws.properties", "# ours\naccessKey = AFILE\nsecretKey:a=b\n")
    let found = try await chain(file: "\(folder)/aws.properties").credentials(replacing: nil)
    #expect((found.accessKey, found.secretKey) == ("AFILE", "a=b"))
    #expect(found.source == "\(folder)/aws.properties")
    let missing = try chain(
      file: "\(folder)/none", environment: ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_KEY": "b"])
    await #expect { try await missing.credentials(replacing: nil) } throws: { error in
      (error as? S3Error)?.code == .noCredentials && "\(error)".contains("\(folder)/none")
    }
  }

  @Test(arguments: ["AWS_SECRET_KEY", "AWS_SECRET_ACCESS_KEY"])
  func `the environment comes before the shared files`(name: String) async throws {
    let home = try home(
      credentials: "[default]\naws_access_key_id=F\naws_secret_access_key=f\n")
    defer { removeFolder(home) }
    let environment = ["AWS_ACCESS_KEY_ID": "E", name: "e", "AWS_SESSION_TOKEN": "t"]
    let found = try await chain(environment: environment, home: home).credentials(replacing: nil)
    #expect((found.accessKey, found.secretKey, found.sessionToken) == ("E", "e", "t"))
    #expect(found.source == "the environment")
    let without = try await chain(home: home).credentials(replacing: nil)
    #expect(without.accessKey == "F")
  }

  @Test func `a profile is chosen by name, from both files`() async throws {
    let home = try home(
      credentials: """
        [default]
        aws_access_key_id = D
        aws_secret_access_key = d
        ; another
        [logs]
        aws_access_key_id = L
        """, config: "[profile logs]\naws_secret_access_key = l\naws_access_key_id = X\n")
    defer { removeFolder(home) }
    let found = try await chain(environment: ["AWS_PROFILE": "logs"], home: home)
      .credentials(replacing: nil)
    #expect((found.accessKey, found.secretKey) == ("L", "l"))
    let none = try chain(environment: ["AWS_PROFILE": "nobody"], home: home)
    await #expect { try await none.credentials(replacing: nil) } throws: {
      "\($0)".contains("nobody")
    }
  }

  @Test func `a profile may take a role`() async throws {
    let server = try await S3Server.shared()
    let home = try home(
      credentials: """
        [userauthentication]
        aws_access_key_id = AKIAX
        aws_secret_access_key = secret
        [default]
        role_arn = arn:aws:iam::012345678900:role/writer
        source_profile = userauthentication
        region = us-east-2
        """)
    defer { removeFolder(home) }
    let found = try await chain(
      environment: ["AWS_ENDPOINT_URL_STS": server.url], home: home
    ).credentials(replacing: nil)
    #expect(found.source == "the role arn:aws:iam::012345678900:role/writer")
    #expect(found.sessionToken != nil)
    #expect(try #require(found.expiry) > 1_700_000_000)
  }

  /// A metadata service whose credentials last until `expiry` and are numbered.
  private func metadata(expiry: String) throws -> PlayedServer {
    let count = Mutex(0)
    return try PlayedServer { request in
      let base = "/latest/meta-data/iam/security-credentials/"
      switch (request.method, request.target) {
      case ("PUT", "/latest/api/token"):
        return request.headers["x-aws-ec2-metadata-token-ttl-seconds"] == nil
          ? .init(status: 400) : .init(body: "proof")
      case _ where request.headers["x-aws-ec2-metadata-token"] != "proof":
        return .init(status: 401)
      case ("GET", base): return .init(body: "writer\n")
      case ("GET", base + "writer"):
        let number = count.withLock { count in
          count += 1
          return count
        }
        return .init(
          body: """
            {"Code": "Success", "AccessKeyId": "I\(number)", "SecretAccessKey": "s", "Token": "t",
             "Expiration": "\(expiry)"}
            """)
      default: return .init(status: 404)
      }
    }
  }

  private func instance(
    _ server: PlayedServer, now: @escaping @Sendable () -> Int64,
    announce: @escaping @Sendable (S3Credentials) -> Void = { _ in }
  ) -> CredentialsChain {
    let environment = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url]
    return CredentialsChain(
      [
        EnvironmentCredentials(environment: environment),
        InstanceCredentials(environment: environment, http: .direct),
      ], now: now, announce: announce)
  }

  @Test func `an instance's credentials are kept, and replaced before they expire`() async throws {
    let server = try metadata(expiry: "2027-01-15T08:00:00Z")  // 1_800_000_000
    let clock = Mutex<Int64>(1_799_990_000)
    let announced = Mutex<[String]>([])
    let chain = instance(
      server, now: { clock.withLock { $0 } },
      announce: { found in announced.withLock { $0.append(found.source) } })
    let first = try await chain.credentials(replacing: nil)
    #expect(first.accessKey == "I1")
    #expect(first.expiry == 1_800_000_000)
    #expect(try await chain.credentials(replacing: nil) == first)
    clock.withLock { $0 = 1_799_999_800 }
    #expect(try await chain.credentials(replacing: nil).accessKey == "I2")
    #expect(announced.withLock { $0 } == ["the instance's role writer"])
  }

  @Test func `refused credentials are asked for anew`() async throws {
    let server = try metadata(expiry: "2027-01-15T08:00:00Z")
    let chain = instance(server, now: { 1_700_000_000 })
    let first = try await chain.credentials(replacing: nil)
    #expect(try await chain.credentials(replacing: first).accessKey == "I2")
  }

  @Test func `many who ask at once ask the service once`() async throws {
    let server = try metadata(expiry: "2027-01-15T08:00:00Z")
    let chain = instance(server, now: { 1_700_000_000 })
    let keys = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<20 { group.addTask { try await chain.credentials(replacing: nil).accessKey } }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(keys == ["I1"])
  }

  @Test func `a client goes on with newer credentials when a token has expired`() async throws {
    let bucket = try PlayedServer { request in
      request.headers["authorization"]?.contains("Credential=I1/") == true
        ? .error("ExpiredToken", status: 400) : .init(headers: ["ETag: \"e\""])
    }
    let metadata = try metadata(expiry: "2027-01-15T08:00:00Z")
    let chain = instance(metadata, now: { 1_700_000_000 })
    let client = try S3Client(
      configuration: S3Configuration(bucket: "bucket", endpoint: bucket.url, isPathStyle: true),
      credentials: chain, http: .direct)
    #expect(try await client.put("key", .bytes([1])).parts == 1)
    #expect(metadata.requests.count == 6)
    #expect(bucket.requests.count == 2)
    #expect(bucket.requests[1].headers["x-amz-security-token"] == "t")
  }

  @Test func `a container's task has credentials at its address`() async throws {
    let server = try PlayedServer { request in
      request.headers["authorization"] == "Bearer x" && request.target == "/creds"
        ? .init(body: #"{"AccessKeyId": "C", "SecretAccessKey": "s"}"#) : .init(status: 403)
    }
    let found = try await ContainerCredentials(
      environment: [
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(server.url)/creds",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer x",
      ], http: .direct
    ).find()
    #expect(found?.accessKey == "C")
  }

  @Test func `nobody who has credentials is an error, not a wait`() async throws {
    let chain = try chain()
    await #expect { try await chain.credentials(replacing: nil) } throws: {
      ($0 as? S3Error)?.code == .noCredentials
    }
  }

  @Test func `descriptions have no secret`() {
    let credentials = S3Credentials(
      accessKey: "AKEY", secretKey: "hush", sessionToken: "hush too", source: "here")
    var text = "\(credentials) \(String(reflecting: credentials)) \(Optional(credentials) as Any)"
    dump(credentials, to: &text)
    #expect(!text.contains("hush"))
  }
}

/// Makes a folder that only we can read.
private func makeFolder(_ path: String) throws -> String {
  guard mkdir(path, 0o700) == 0 else { throw SpawnFailure(executable: path, code: errno) }
  return path
}
