import HTTPClient
import Model
import Testing

@testable import Execution

/// Values of options from a real server.
@Suite struct RemoteValuesTests {
  private func values(
    _ address: String, filter: String? = nil, checksType: Bool = true,
    credential: RemoteCredential? = nil, patience: Duration = .seconds(3_600),
    _ change: (inout RemoteValuesSettings) -> Void = { _ in }
  ) async throws(RemoteValuesError) -> [OptionChoice] {
    var settings = RemoteValuesSettings()
    settings.timeout = .seconds(3_600)
    change(&settings)
    let client = RemoteValueClient(http: HTTPClient(), settings: settings)
    return try await client.values(
      RemoteValueClient.Question(
        address: try RemoteAddress(address), credential: credential, filter: filter,
        checksType: checksType), within: patience)
  }

  private func failure(
    _ address: String, filter: String? = nil, patience: Duration = .seconds(3_600),
    _ change: (inout RemoteValuesSettings) -> Void = { _ in }
  ) async -> String? {
    do throws(RemoteValuesError) {
      _ = try await values(address, filter: filter, patience: patience, change)
      return nil
    } catch {
      return "\(error)"
    }
  }

  private static func server(_ body: String, type: String = "application/json") -> StepServer {
    StepServer { _ in StepServer.Response(200, body, headers: ["Content-Type": type]) }
  }

  @Test(arguments: [
    (#"["x", 2, true]"#, ["x=x", "2=2", "true=true"]),
    (#"{"Name": "v1", "Other": 2}"#, ["Name=v1", "Other=2"]),
    (#"[{"name":"X","value":"x","selected":true},{"name":"Y","value":"y"}]"#, ["X=x*", "Y=y"]),
    (#"[{"value":"only"},{"name":"named"}]"#, ["only=only", "named=named"]),
    ("[]", []), ("\u{FEFF}[1.50]", ["1.50=1.50"]),
  ])
  func `the three forms of JSON are read in their order`(
    body: String, expected: [String]
  ) async throws {
    let server = Self.server(body, type: "application/json; charset=utf-8")
    let found = try await values(server.url())
    #expect(found.map { "\($0.name)=\($0.value)" + ($0.isSelected ? "*" : "") } == expected)
  }

  @Test func `plain text has a value a line`() async throws {
    let server = Self.server("one\r\ntwo words\n\n ü\n", type: "text/plain")
    #expect(try await values(server.url()).map(\.value) == ["one", "two words", " ü"])
  }

  @Test func `what is neither is refused, unless the project does not check`() async throws {
    let server = Self.server(#"["a"]"#, type: "text/html")
    #expect(await failure(server.url("/x?token=1"))?.contains("text/html") == true)
    #expect(await failure(server.url("/x?token=1"))?.contains("token") == false)
    #expect(try await values(server.url(), checksType: false).map(\.value) == ["a"])
  }

  @Test(arguments: [
    ("[1", "not valid JSON"), ("3", "found"), (#"[["a"]]"#, "item 0"), (#"{"a":1,"a":2}"#, "JSON"),
    ("[\"\u{1}\"]", "JSON"), ("", "JSON"),
  ])
  func `rubbish is refused with its place`(body: String, text: String) async {
    let server = Self.server(body)
    #expect(await failure(server.url())?.contains(text) == true)
  }

  @Test func `a JSON path finds the values in the answer`() async throws {
    let server = Self.server(
      #"{"key1":"v","key2":{"sub-key3":"value3","sub-key4":"value4"},"l":[{"n":1},{"n":2}]}"#)
    let found = try await values(server.url(), filter: "$.key2")
    #expect(found.map(\.name) == ["sub-key3", "sub-key4"])
    #expect(found.map(\.value) == ["value3", "value4"])
    #expect(try await values(server.url(), filter: "$.l[*].n").map(\.value) == ["1", "2"])
    #expect(await failure(server.url(), filter: "$.none")?.contains("$.none") == true)
    #expect(await failure(server.url(), filter: "$.[")?.contains("JSON path") == true)
  }

  @Test func `a server that never answers costs its time-out and no more`() async {
    let server = StepServer { _ in nil }
    let address = server.url()
    #expect(await failure(address) { $0.timeout = .milliseconds(200) }?.contains("in time") == true)
    #expect(await failure(address, patience: .milliseconds(200))?.contains("in time") == true)
    #expect(await failure(address + "#timeout=1;retry=0")?.contains("in time") == true)
  }

  @Test func `a server that hangs up is asked again as often as may be`() async {
    let server = StepServer { _ in StepServer.Response(200, headers: ["Content-Length": "9"]) }
    #expect(await failure(server.url()) { $0.retries = 2 } != nil)
    #expect(server.requests.count == 3)
    #expect(await failure(server.url() + "#retry=1") != nil)
    #expect(server.requests.count == 5)
  }

  @Test(arguments: [
    "file:///etc/passwd", "FILE:/etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/",
    "dict://127.0.0.1/",
  ])
  func `a redirect leads to no file and to nothing but the web`(target: String) async {
    let server = StepServer { _ in StepServer.Response(302, headers: ["Location": target]) }
    let text = await failure(server.url()) { $0.folder = "/" }
    #expect(text != nil && server.requests.count == 1)
  }

  @Test func `redirects are followed five times, and a secret stays with its server`() async throws
  {
    let other = Self.server(#"["there"]"#)
    let target = other.url("/there")
    let server = StepServer { request in
      StepServer.Response(
        302, headers: ["Location": request.path == "/ring" ? "/ring" : target])
    }
    let credential = RemoteCredential.header(name: "X-Key", value: "s3cret")
    #expect(try await values(server.url("/a"), credential: credential).map(\.value) == ["there"])
    #expect(server.requests.first?.headers["x-key"] == "s3cret")
    #expect(other.requests.first?.headers["x-key"] == nil)
    #expect(await failure(server.url("/ring"))?.contains("more than 5") == true)
  }

  @Test func `other statuses and answers that are too long are refused`() async {
    let missing = StepServer { _ in StepServer.Response(404, "[]") }
    #expect(await failure(missing.url())?.contains("status 404") == true)
    let long = Self.server("[\"" + String(repeating: "x", count: 5_000) + "\"]")
    #expect(
      await failure(long.url()) { $0.answerBytes = 1_024 }?.contains("more than 1024 bytes") == true
    )
  }

  @Test(arguments: [
    "ftp://h/x", "nothing", "http://", "http://h/a b", "http://h/\n", "", "//h/x", "file",
  ])
  func `addresses that nobody may ask are refused`(address: String) {
    #expect(throws: RemoteValuesError.self) { try RemoteAddress(address) }
  }
}
