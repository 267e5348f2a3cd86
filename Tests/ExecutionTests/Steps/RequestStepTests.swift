import Model
import Testing

@testable import Execution

/// The HTTP request steps.
@Suite struct RequestStepTests {
  private static let type = "edu.ohio.ais.rundeck.HttpWorkflowStepPlugin"

  private func run(
    _ settings: [String: String], options: [String: String] = [:], secure: [String: String] = [:],
    filters: JobValue? = nil, keys: any KeyStorage = NoKeyStorage()
  ) async throws -> MemberStepResult {
    var step = StepRoom.plugin(Self.type, settings)
    step.kept["plugins"] = filters
    return try await StepRoom.run(
      StepRoom.context(step, options: options, secure: secure), MemberTools(keys: keys))
  }

  @Test func `method, headers, body and references are sent, and the answer is shown`() async throws
  {
    let server = StepServer { _ in StepServer.Response(201, "made\nit") }
    let result = try await run(
      [
        "remoteUrl": server.url("/x?name=${option.n}"), "method": "post",
        "body": "{\"n\":\"${option.n}\"}",
        "headers":
          "- name: Content-Type\n  value: application/json\n- name: X-A\n  value: ${option.n}",
        "printResponse": "true", "printResponseCode": "true",
      ], options: ["n": "a b"])
    let request = try #require(server.requests.first)
    #expect(request.method == "POST" && request.path == "/x?name=a%20b")
    #expect(request.headers["content-type"] == "application/json")
    #expect(request.headers["x-a"] == "a b" && request.body == "{\"n\":\"a b\"}")
    #expect(result.lines.map(\.text) == ["Response Code: 201", "made", "it"])
    #expect(StepRoom.failure(result) == nil)
  }

  @Test(arguments: [
    #"[{"name": "X-A", "value": "1"}, {"name": "X-B", "value": "2"}]"#,
    #"{"name": "X-A", "value": "1"}, {"name": "X-B", "value": "2"}"#,
    "- name: X-A\n  value: 1\n- name: X-B\n  value: 2", "X-A: 1\nX-B: 2",
  ])
  func `headers are read in each documented form`(text: String) async throws {
    let server = StepServer { _ in StepServer.Response() }
    _ = try await run(["remoteUrl": server.url(), "method": "GET", "headers": text])
    let headers = try #require(server.requests.first?.headers)
    #expect(headers["x-a"] == "1" && headers["x-b"] == "2")
  }

  @Test func `an expected status decides, else every one below 400 is good`() async throws {
    let server = StepServer { StepServer.Response(Int($0.path.dropFirst()) ?? 500) }
    func failure(_ status: Int, _ more: [String: String] = [:]) async throws -> StepFailure? {
      let settings = ["remoteUrl": server.url("/\(status)"), "method": "GET"]
      return StepRoom.failure(try await run(settings.merging(more) { one, _ in one }))
    }
    #expect(try await failure(204) == nil)
    #expect(try await failure(404)?.reason == "HTTPFailure")
    let expecting = ["checkResponseCode": "true", "responseCode": "404"]
    #expect(try await failure(404, expecting) == nil)
    #expect(try await failure(200, expecting)?.message.contains("expected 404") == true)
  }

  @Test func `basic and OAuth authentication take their secret from a secure option`() async throws
  {
    let server = StepServer { request in
      request.path == "/token"
        ? StepServer.Response(200, #"{"access_token":"t0k"}"#) : StepServer.Response()
    }
    var settings = [
      "remoteUrl": server.url("/x"), "method": "GET", "authentication": "Basic", "username": "me",
      "password": "${option.pw}",
    ]
    _ = try await run(settings, secure: ["pw": "s3cret"])
    #expect(server.requests.last?.headers["authorization"] == "Basic bWU6czNjcmV0")
    settings["authentication"] = "OAuth 2.0"
    settings["oauthTokenEndpoint"] = server.url("/token")
    settings["oauthValidateEndpoint"] = server.url("/valid")
    _ = try await run(settings, secure: ["pw": "s3cret"])
    #expect(server.requests.suffix(3).map(\.path) == ["/token", "/valid", "/x"])
    #expect(server.requests.last?.headers["authorization"] == "Bearer t0k")
    settings["password"] = "me"
    let error = await #expect(throws: UnfitStep.self) { try await run(settings) }
    #expect(error?.message.contains("secure option") == true)
    #expect(error?.message.contains("key storage") == true)
  }

  @Test func `a password is read from the key storage, and masked in what the server says`()
    async throws
  {
    let server = StepServer {
      StepServer.Response(
        200, "you sent \($0.headers["authorization"] ?? ""), me:s3cret\nRUNDECK:DATA:a=s3cret")
    }
    let keys = PlayedKeyStorage(["keys/project/p/web": .success("s3cret")])
    let settings = [
      "remoteUrl": server.url(), "method": "GET", "authentication": "Basic", "username": "me",
      "password": "keys/project/${option.p}/web", "printResponse": "true",
    ]
    let result = try await run(
      settings, options: ["p": "p"],
      filters: .map([
        JobEntry("LogFilter", .list([.map([JobEntry("type", .text("key-value-data"))])]))
      ]), keys: keys)
    #expect(server.requests.last?.headers["authorization"] == "Basic bWU6czNjcmV0")
    #expect(result.lines.first?.text.hasSuffix("me:*****") == true)
    #expect(!result.lines.contains { $0.text.contains("s3cret") })
    #expect(result.values == ["data": ["a": "*****"]] && result.secrets.isEmpty)
    #expect(keys.questions == ["u@p keys/project/p/web"])
    let refused = try await run(settings, options: ["p": "q"], keys: keys)
    let failure = StepRoom.failure(refused)
    #expect(failure?.reason == "ConfigurationFailure")
    #expect(
      failure?.message
        == "The setting password is the path keys/project/q/web of the key storage, but nothing is stored at that path"
    )
    #expect(server.requests.count == 1)
  }

  @Test func `what was meant for one server is not sent to another`() async throws {
    let other = StepServer { _ in StepServer.Response() }
    let target = other.url("/there")
    let server = StepServer { _ in StepServer.Response(302, headers: ["Location": target]) }
    _ = try await run(
      [
        "remoteUrl": server.url(), "method": "GET", "authentication": "Basic", "username": "me",
        "password": "${option.pw}",
      ], secure: ["pw": "s3cret"])
    #expect(other.requests.first?.headers["authorization"] == nil)
  }

  @Test func `secrets are masked, and log filters capture of the answer`() async throws {
    let server = StepServer { _ in StepServer.Response(200, "token=s3cret\nRUNDECK:DATA:a=1") }
    let result = try await run(
      ["remoteUrl": server.url(), "method": "GET", "printResponse": "true"],
      secure: ["pw": "s3cret"],
      filters: .map([
        JobEntry("LogFilter", .list([.map([JobEntry("type", .text("key-value-data"))])]))
      ]))
    #expect(result.lines.map(\.text) == ["token=*****", "RUNDECK:DATA:a=1"])
    #expect(result.values == ["data": ["a": "1"]])
  }

  @Test func `a server that never answers costs the step's time-out`() async throws {
    let server = StepServer { _ in nil }
    let result = try await run(["remoteUrl": server.url(), "method": "GET", "timeout": "200"])
    #expect(StepRoom.failure(result)?.reason == "IOFailure")
  }

  @Test(arguments: [
    ["method": "GET"], ["remoteUrl": "http://x"],
    ["remoteUrl": "file:///etc/passwd", "method": "GET"],
    ["remoteUrl": "http://x", "method": "TRACE"],
    ["remoteUrl": "http://x", "method": "GET", "timeout": "soon"],
    ["remoteUrl": "http://x", "method": "GET", "sslVerify": "perhaps"],
    ["remoteUrl": "http://x", "method": "GET", "headers": "- a: b"],
    ["remoteUrl": "http://x", "method": "GET", "headers": "X: \"a\\nb\""],
    ["remoteUrl": "http://x", "method": "GET", "authentication": "Digest"],
    ["remoteUrl": "http://x", "method": "GET", "printResponseToFile": "true", "file": "/tmp/x"],
  ])
  func `settings that cannot be used are named`(settings: [String: String]) throws {
    let context = StepRoom.context(StepRoom.plugin(Self.type, settings))
    let error = #expect(throws: UnfitStep.self) { try context.work() }
    #expect(error?.message.hasPrefix("Step \(Self.type):") == true)
  }
}
