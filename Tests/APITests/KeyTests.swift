import Cryptography
import Database
import HTTPTypes
import HummingbirdTesting
import Identity
import Keys
import Model
import NIOCore
import Store
import TestSupport
import Testing

@testable import API

/// The key storage as the API has it; KEY-01 to KEY-07 are in `CasesKeys`.
@Suite struct KeyTests {
  private static let password = "application/x-rundeck-data-password"
  private static let privateKey = "application/octet-stream"
  private static let publicKey = "application/pgp-keys"

  private static func put(
    _ api: APIFixture, _ path: String, _ body: String = "s3cret", _ type: String = password,
    _ method: HTTPRequest.Method = .post
  ) async throws -> Answer {
    try await api.send(method, "/storage/keys/\(path)", body: body, type: type)
  }

  private static func get(
    _ api: APIFixture, _ path: String, _ accept: String? = "application/json"
  ) async throws -> Answer {
    try await api.send(
      .get, "/storage/keys\(path.isEmpty ? "" : "/\(path)")",
      headers: accept.map { ["Accept": $0] } ?? [:])
  }

  private static func rows(_ api: APIFixture) async throws -> Int {
    try await api.store.ask.run("SELECT path FROM stored_key").rows.count
  }

  @Test func `a secret is never given out, a public key is to whoever asks for it`() async throws {
    try await APIFixture.with { api in
      for (name, type) in [
        ("private", Self.privateKey), ("password", Self.password), ("public", Self.publicKey),
      ] {
        #expect(try await Self.put(api, name, "s3cret", type).status == 201)
        for accept in [nil, "*/*", type, "text/html, \(type)", "application/json;q=0.5, \(type)"] {
          let answer = try await Self.get(api, name, accept)
          #expect(answer.status == (name == "public" ? 200 : 403), "\(name) \(accept ?? "")")
          #expect(answer.text.contains("s3cret") == (name == "public"))
          if name == "public" { #expect(answer.header("Content-Type") == type) }
        }
        for accept in [
          "application/json", "application/json, text/plain, */*", "text/html",
          "*/*;q=0.1, application/json", "\(type);q=0, */*;q=0",
        ] {
          let answer = try await Self.get(api, name, accept)
          #expect(answer.status == 200 && answer.json["meta"]?.members?.count == 7, "\(accept)")
          #expect(!answer.text.contains("s3cret"))
        }
      }
    }
  }

  @Test(arguments: [
    "/..", "/../x", "/a/../b", "/a/%2e%2e/b", "/a/..%2Fb", "/./a", "//a", "/a//b", "/a/",
    "/a%2F%2Fb",
    "/%0A", "/a%7F", "/%C2%85", "/%FF%FE", "/a%00b", "/%20/%E2%80%A8",
    "/" + String(repeating: "x", count: 256), "/" + String(repeating: "x/", count: 510) + "x", "",
    "/",
  ])
  func `a path that is none is refused by its name, and nothing is written`(_ path: String)
    async throws
  {
    try await APIFixture.with { api in
      for method in [HTTPRequest.Method.post, .put] {
        let answer = try await api.send(
          method, "/storage/keys\(path)", body: "x", type: Self.password)
        #expect(answer.status == 400 && answer.message?.contains("path") == true, "\(answer.text)")
      }
      let removal = try await api.send(.delete, "/storage/keys\(path)")
      #expect([400, 404].contains(removal.status))
      #expect(try await Self.rows(api) == 0)
    }
  }

  @Test func `names of every script are taken, in their own case`() async throws {
    try await APIFixture.with { api in
      for path in ["d/a%20b", "d/%C3%BC", "d/A", "d/a", "d/x+y", "d/100%25"] {
        #expect(try await Self.put(api, path).status == 201, "\(path)")
        let answer = try await Self.get(api, path)
        #expect(answer.status == 200, "\(path)")
      }
      #expect(try await Self.put(api, "d/a%2Fb").status == 409, "it is below a key")
      let folder = try await Self.get(api, "d/").json
      let urls = folder["resources"]?.elements?.compactMap { $0["url"]?.scalar } ?? []
      let base = "http://localhost:4440/api/59/storage/keys/d"
      #expect(
        Set(urls)
          == Set(
            ["a%20b", "%C3%BC", "A", "x%2By", "100%25"].map { "\(base)/\($0)" } + ["\(base)/a"]))
      #expect(urls.count == 6)
    }
  }

  @Test func `what is there already, or is missing, is said`() async throws {
    try await APIFixture.with { api in
      #expect(try await Self.put(api, "f/k").status == 201)
      for (path, text) in [
        ("f/k", "already exists: /keys/f/k"), ("f", "is a folder"),
        ("f/k/x/y", "/keys/f/k is a key"),
      ] {
        let answer = try await Self.put(api, path, "other")
        #expect(answer.status == 409 && answer.message?.contains(text) == true, "\(answer.text)")
      }
      for path in ["none", "f", "f/k/x"] {
        let replaced = try await Self.put(api, path, "x", Self.password, .put)
        #expect(replaced.status == 404)
        #expect(replaced.json["error"]?.scalar == "resource not found: /keys/\(path)")
        #expect(try await api.send(.delete, "/storage/keys/\(path)").status == 404)
      }
      #expect(try await Self.get(api, "").json["resources"]?.elements?.count == 1)
      #expect(try await Self.put(api, "f/k", "", Self.publicKey, .put).status == 200)
      let key = try await Self.get(api, "f/k").json
      #expect(key["meta"]?["Rundeck-key-type"] == "public")
      #expect(key["meta"]?["Rundeck-content-size"] == "0")
    }
  }

  @Test func `what is no key is refused by its media type or size, and nothing is written`()
    async throws
  {
    try await APIFixture.with { api in
      for type in ["text/plain", "application/json", "application/x-www-form-urlencoded", nil] {
        let answer = try await api.send(.post, "/storage/keys/x", body: "s3cret", type: type)
        #expect(answer.status == 415 && answer.message?.contains("Content-Type") == true)
        #expect(answer.message?.contains(Self.password) == true && !answer.text.contains("s3cret"))
      }
      let limit = 1 << 20
      let long = try await Self.put(api, "x", String(repeating: "x", count: limit + 1))
      #expect(long.status == 413 && long.message?.contains("\(limit)") == true)
      #expect(try await Self.rows(api) == 0)
      #expect(try await Self.put(api, "x", String(repeating: "x", count: limit)).status == 201)
    }
  }

  @Test func `contents of no byte and of every byte come back as they were`() async throws {
    try await APIFixture.with { api in
      let all = (0...255).map { UInt8($0) }
      for (name, content) in [
        ("none", []), ("all", all), ("many", all + [UInt8](repeating: 0, count: 900_000)),
      ] as [(String, [UInt8])] {
        var fields: HTTPFields = [.contentType: Self.publicKey]
        fields[HTTPField.Name("X-Rundeck-Auth-Token")!] = api.token
        let answer = try await api.client.execute(
          uri: "/api/59/storage/keys/\(name)", method: .post, headers: fields,
          body: ByteBuffer(bytes: content))
        #expect(answer.status.code == 201)
        #expect(try await Self.get(api, name, "*/*").bytes == content)
        #expect(
          try await Self.get(api, name).json["meta"]?["Rundeck-content-size"]?.scalar
            == "\(content.count)")
      }
    }
  }

  @Test func `a secret is in no column, no answer and no line of the log`() async throws {
    try await APIFixture.with { api in
      let secret = "Xk9very7secretQ"
      var answers = [try await Self.put(api, "a/k", secret)]
      answers.append(try await Self.put(api, "a/k", secret, Self.privateKey, .put))
      answers.append(try await Self.put(api, "a/k", secret))
      answers.append(try await Self.get(api, "a/k", "*/*"))
      answers.append(try await Self.get(api, "a"))
      answers.append(try await api.send(.delete, "/storage/keys/a/k"))
      #expect(answers.map(\.status) == [201, 200, 409, 403, 200, 204])
      #expect(!answers.contains { $0.text.contains(secret) })
      _ = try await Self.put(api, "a/k", secret)
      let rows = try await api.store.ask.run("SELECT * FROM stored_key").rows
      #expect(!rows.contains { "\($0.values)".contains(secret) })
      let lines = api.log.lines
      #expect(!lines.contains { $0.contains(secret) })
      for message in ["Key created", "Key replaced", "Key removed"] {
        let line = lines.first { $0.hasPrefix(message) }
        #expect(line?.contains("path=keys/a/k") == true && line?.contains("user=admin") == true)
      }
    }
  }

  @Test func `who is no administrator may neither look nor write`() async throws {
    try await APIFixture.with { api in
      _ = try await Self.put(api, "k", "x", Self.publicKey)
      let made = try await TokenIssue(store: api.store).create(
        for: "bob", by: "admin", roles: ["user"], name: nil, lifetime: nil)
      let own = ["X-Rundeck-Auth-Token": made.token]
      for (method, action) in [
        (HTTPRequest.Method.get, "read"), (.post, "create"), (.put, "update"), (.delete, "delete"),
      ] {
        let answer = try await api.send(
          method, "/storage/keys/k", body: method == .get ? nil : "y", type: Self.publicKey,
          headers: own, authenticated: false)
        #expect(answer.status == 403, "\(method)")
        #expect(answer.message?.contains("\"\(action)\" for storage keys/k") == true)
      }
      #expect(try await Self.get(api, "k", "*/*").text == "x")
    }
  }

  @Test func `a folder of a thousand keys costs the statements of one of two`() async throws {
    try await APIFixture.with { api in
      for number in 0..<2 { _ = try await Self.put(api, "few/\(number)") }
      try await api.store.transaction { scope in
        for number in 0..<1000 {
          try await scope.run(
            """
            INSERT INTO stored_key (path, folder, kind, created_by, modified_by, created_at,
              modified_at, sealed)
            VALUES ($1, 'keys/many', 'private', 'a', 'a', 1, 1, $2)
            """, [.text("keys/many/\(number)"), .blob([1])])
        }
      }
      var counts: [Int] = []
      for (folder, size) in [("few", 2), ("many", 1000)] {
        let before = api.traffic.statements.count
        let answer = try await Self.get(api, folder)
        #expect(answer.json["resources"]?.elements?.count == size)
        counts.append(api.traffic.statements.count - before)
      }
      #expect(counts[0] == counts[1])
    }
  }

  @Test func `a public key of another cluster key is said to be one, and can be replaced`()
    async throws
  {
    try await APIFixture.with { api in
      let others = SealedKeys(store: api.store, sealer: EnvelopeSealer(key: .random()))
      _ = try await others.create(
        KeyUpload(path: StoragePath("keys/k"), kind: .publicKey, content: [65], user: "u"))
      let answer = try await Self.get(api, "k", "*/*")
      #expect(answer.status == 500 && answer.message?.contains("another cluster key") == true)
      #expect(try await Self.get(api, "k").status == 200)
      #expect(try await Self.put(api, "k", "B", Self.publicKey, .put).status == 200)
      #expect(try await Self.get(api, "k", "*/*").text == "B")
    }
  }

  @Test func `another method names those that are allowed`() async throws {
    try await APIFixture.with { api in
      let answer = try await api.send(.patch, "/storage/keys/a/b")
      #expect(answer.status == 405)
      #expect(answer.header("Allow") == "DELETE, GET, POST, PUT")
    }
  }
}
