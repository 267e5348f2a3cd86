import Glibc
import HTTPClient

/// An S3 server that nobody of us wrote: moto, on a free port of the loopback, its objects in memory. It ends with the test
/// process, however that ends. `scripts/install-s3-server` installs it; without it, starting one throws and says so.
///
/// It answers unsigned and wrongly signed requests too, until `requireSignatures()`.
public actor S3Server {
  /// The port on 127.0.0.1; the same after a restart.
  public nonisolated let port: UInt16
  /// A key and its secret that the server knows.
  public struct Key: Sendable, Hashable {
    public let accessKey: String
    public let secretKey: String
  }

  private nonisolated let folder: String
  private let guardian: ScratchGuardian
  private let python: String
  private var process: SpawnedProcess?
  private var lifeline: Int32 = -1
  private var buckets: [String] = []
  private var isStrict = false
  private let http: HTTPClient

  /// The one that all suites of a test process share, started when it is first asked for. Never stop or restrict it.
  public static func shared() async throws -> S3Server { try await sharedStart.value }

  private static let sharedStart = Task { try await S3Server() }

  /// A server for one test alone, which may stop and pause it, and must `remove()` it.
  public init() async throws {
    python = try Self.findPython()
    folder = try makeTemporaryFolder("quarterdeck-s3")
    guardian = try ScratchGuardian(folder: folder)
    port = try freePort()
    var configuration = HTTPClientConfiguration()
    configuration.proxy = .none
    http = HTTPClient(configuration: configuration)
    try await start()
  }

  /// The server's address, for `endpoint`; buckets are named in the path.
  public nonisolated var url: String { "http://127.0.0.1:\(port)" }

  /// The server's address for buckets that are named in the host's name: libcurl looks all names below `localhost` up on
  /// this host itself.
  public nonisolated var virtualHostURL: String { "http://quarterdeck.localhost:\(port)" }

  /// Makes an empty bucket with a name that no other has, and answers the name.
  public func createBucket() async throws -> String {
    // Taken before the server is asked: others come in meanwhile.
    let name = "logs-\(port)-\(buckets.count + 1)"
    buckets.append(name)
    try await ask("PUT", "/\(name)")
    return name
  }

  /// Takes only rightly signed requests from now on, of the key that it answers. Buckets are made before.
  public func requireSignatures() async throws -> Key {
    try await iam(["Action": "CreateUser", "UserName": "writer"])
    let policy =
      #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#
    try await iam([
      "Action": "PutUserPolicy", "UserName": "writer", "PolicyName": "all",
      "PolicyDocument": policy,
    ])
    let answer = try await iam(["Action": "CreateAccessKey", "UserName": "writer"])
    guard let accessKey = answer.part(of: "AccessKeyId"),
      let secretKey = answer.part(of: "SecretAccessKey")
    else { throw S3ServerError("no access key in \(answer)") }
    try await ask("POST", "/moto-api/reset-auth", body: "0")
    isStrict = true
    return Key(accessKey: accessKey, secretKey: secretKey)
  }

  /// Lets requests wait: the process stops where it is and keeps its objects.
  public func pause() { process?.send(SIGSTOP) }

  /// Goes on after `pause()`.
  public func resume() { process?.send(SIGCONT) }

  /// Ends the server: connections are refused, and the objects are gone.
  public func stop() async {
    guard let process else { return }
    self.process = nil
    process.send(SIGKILL)
    await process.wait()
    // Once: a second close would hit whoever got its number meanwhile.
    close(lifeline)
  }

  /// Starts it again on the same port, with the same buckets, which are empty, and without asking for signatures.
  public func start() async throws {
    guard process == nil else { return }
    isStrict = false
    let process = try launch()
    self.process = process
    try await Self.awaitReadiness(of: process, HTTPRequest("GET", "\(url)/moto-api/"), http)
    for bucket in buckets { try await ask("PUT", "/\(bucket)") }
  }

  private static func awaitReadiness(
    of process: SpawnedProcess, _ question: HTTPRequest, _ http: HTTPClient
  ) async throws {
    _ = try await eventually("the S3 server answers") { () -> Bool? in
      guard !process.hasEnded else { throw S3ServerError(process.output) }
      return (try? await http.send(question)) == nil ? nil : true
    }
  }

  /// Stops it and removes its files.
  public func remove() async {
    await stop()
    removeFolder(folder)
    await guardian.dismiss()
  }

  /// The requests so far, as the server noted them: method, path and query, status.
  public func requests() -> [String] {
    (process?.output ?? "").split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "\"")
      guard parts.count == 3, parts[1].hasSuffix(" HTTP/1.1") else { return nil }
      return "\(parts[1].dropLast(" HTTP/1.1".count)) \(parts[2].prefix(4).dropFirst())"
    }
  }

  /// Runs a program in the environment that the server lives in, which has botocore; its output.
  public static func runPython(_ script: String, _ arguments: [String]) async throws -> String {
    let folder = try makeTemporaryFolder("quarterdeck-s3")
    defer { removeFolder(folder) }
    let process = try SpawnedProcess(
      findPython(), ["-c", script] + arguments, environment: environment,
      outputPath: "\(folder)/output")
    guard await process.wait() == .exited(0) else { throw S3ServerError(process.output) }
    return process.output
  }

  private static let environment = [
    "PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1", "NO_COLOR": "1",
    "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
  ]

  /// Ends itself when the pipe on its standard input does: when nobody holds this server any more.
  private static let program = """
    import os, sys, threading
    def watch():
        sys.stdin.read()
        os._exit(0)
    threading.Thread(target=watch, daemon=True).start()
    from moto.server import main
    main(["--host", "127.0.0.1", "--port", sys.argv[1]])
    """

  private func launch() throws -> SpawnedProcess {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SpawnFailure(executable: "pipe", code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    lifeline = ends[1]
    return try SpawnedProcess(
      python, ["-c", Self.program, "\(port)"], environment: Self.environment,
      outputPath: "\(folder)/log", input: ends[0])
  }

  @discardableResult
  private func iam(_ parameters: [String: String]) async throws -> String {
    let body = parameters.merging(["Version": "2010-05-08"]) { $1 }
      .map { "\($0)=\($1.percentEncoded)" }.joined(separator: "&")
    let scope = "x/20260101/us-east-1/iam/aws4_request"
    return try await ask(
      "POST", "/",
      headers: [
        "Authorization": "AWS4-HMAC-SHA256 Credential=\(scope), SignedHeaders=host, Signature=x",
        "Content-Type": "application/x-www-form-urlencoded",
      ], body: body)
  }

  @discardableResult
  private func ask(
    _ method: String, _ path: String, headers: HTTPHeaders = [:], body: String = ""
  ) async throws -> String {
    guard !isStrict else { throw S3ServerError("\(method) \(path) would have to be signed") }
    let answer = try await http.send(
      HTTPRequest(method, url + path, headers: headers, body: .bytes(Array(body.utf8))))
    guard answer.status == 200 else {
      throw S3ServerError("\(method) \(path): \(answer.status) \(answer.text)")
    }
    return answer.text
  }

  /// The newest environment that `scripts/install-s3-server` made.
  private static func findPython() throws -> String {
    let home = getenv("HOME").map { String(cString: $0) } ?? ""
    let cache =
      getenv("QUARTERDECK_TEST_CACHE").map { String(cString: $0) }
      ?? (getenv("XDG_CACHE_HOME").map { String(cString: $0) } ?? "\(home)/.cache")
      + "/quarterdeck"
    var found = glob_t()
    defer { globfree(&found) }
    let pattern = "\(cache)/s3-server-*/s3-server-requirements.txt"
    guard glob(pattern, 0, nil, &found) == 0, let last = found.gl_pathv[Int(found.gl_pathc) - 1]
    else {
      throw S3ServerError("there is no S3 server in \(cache): run scripts/install-s3-server")
    }
    let path = String(cString: last)
    return path.prefix { $0 != "\0" }.dropLast("s3-server-requirements.txt".count) + "bin/python"
  }
}

/// Why there is no S3 server to test with.
public struct S3ServerError: Error, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}

extension String {
  /// What stands in an element of this name, of an answer in XML.
  fileprivate func part(of name: String) -> String? {
    guard let start = firstRange(of: "<\(name)>"), let end = firstRange(of: "</\(name)>") else {
      return nil
    }
    return String(self[start.upperBound..<end.lowerBound])
  }

  private func firstRange(of text: String) -> Range<Index>? { ranges(of: text).first }

  fileprivate var percentEncoded: String {
    utf8.map { byte in
      switch byte {
      case 48...57, 65...90, 97...122: String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }.joined()
  }
}
