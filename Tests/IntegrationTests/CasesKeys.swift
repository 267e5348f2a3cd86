import HTTPClient
import TestSupport
import Testing

/// The key storage (KEY) with a real member.
@Suite struct CasesKeys {
  static let password = "application/x-rundeck-data-password"

  /// The object that stands for a key, checked.
  private func check(
    _ key: JSONDocument, _ path: String, _ type: String, _ entry: (name: String, value: String),
    _ api: APIClient
  ) {
    #expect(key.path.text == "keys/\(path)" && key.type.text == "file")
    #expect(key.name.text == path.split(separator: "/").last.map(String.init))
    #expect(key.url.text == "\(api.server)/api/59/storage/keys/\(path)")
    #expect(key.meta["Rundeck-content-type"].text == type)
    #expect(key.meta[entry.name].text == entry.value)
    #expect(key.meta.members.count == 7, "\(key.meta)")
    #expect(key.meta["Rundeck-auth-created-username"].text == "admin")
  }

  @Test(arguments: Engine.all)
  func `KEY-01 to KEY-06 keys are stored, described, listed by folder and removed`(
    on engine: Engine
  ) async throws {
    try await Scenario.run(on: engine) { scenario in
      let api = scenario.api
      for (kind, type) in [
        ("private", "application/octet-stream"), ("public", "application/pgp-keys"),
      ] {
        let (path, entry) = ("dir-\(kind)/test1.pem", (name: "Rundeck-key-type", value: kind))
        let made = try await api.send("POST", "/storage/keys/\(path)", type: type)
        #expect(made.status == 201)
        check(made.json, path, type, entry, api)
        let found = try await api.send("GET", "/storage/keys/\(path)")
        #expect(found.status == 200 && found.body == made.body)
        let stranger = try await APIClient(server: api.server, token: "wrong-token").send(
          "GET", "/storage/keys/\(path)")
        #expect(stranger.status == 403 && stranger.json.error.bool == true)
        #expect(stranger.json.errorCode.text == "unauthorized")
        #expect(stranger.json.message.text?.contains("(Token:wrong****)") == true)
        let folder = try await api.json("GET", "/storage/keys/dir-\(kind)")
        #expect(folder.type.text == "directory" && folder.path.text == "keys/dir-\(kind)")
        #expect(folder.url.text?.hasSuffix("/storage/keys/dir-\(kind)") == true)
        #expect(folder.meta.members.isEmpty && folder.resources.items.count == 1)
        check(folder.resources[0], path, type, entry, api)
        #expect(try await api.send("DELETE", "/storage/keys/\(path)").status == 204)
        let gone = try await api.send("GET", "/storage/keys/dir-\(kind)")
        #expect(gone.status == 404)
        #expect(gone.json.error.text == "resource not found: /keys/dir-\(kind)")
      }
    }
  }

  @Test func `KEY-07 a password is stored again, beside keys of other kinds`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let entry = (name: "Rundeck-data-type", value: "password")
      for (method, status) in [("POST", 201), ("PUT", 200), ("POST", 409)] {
        let answer = try await api.send(
          method, "/storage/keys/d/pw", type: Self.password, body: "s3cret \(method)")
        #expect(answer.status == status)
        check(try await api.json("GET", "/storage/keys/d/pw"), "d/pw", Self.password, entry, api)
      }
      for (name, type) in [("a", "application/octet-stream"), ("b", "application/pgp-keys")] {
        try await api.json("POST", "/storage/keys/d/\(name)", type: type, body: "content")
      }
      let folder = try await api.json("GET", "/storage/keys/d/")
      #expect(folder.resources.items.map(\.name.text) == ["a", "b", "pw"])
      let content = try await api.send("GET", "/storage/keys/d/b", accept: "*/*")
      #expect(content.status == 200 && content.text == "content")
      for name in ["a", "pw"] {
        #expect(
          try await api.send("GET", "/storage/keys/d/\(name)", accept: "*/*").status == 403)
      }
      for name in ["a", "b", "pw"] {
        #expect(try await api.send("DELETE", "/storage/keys/d/\(name)").status == 204)
        #expect(try await api.send("GET", "/storage/keys/d/\(name)").status == 404)
      }
      #expect(try await api.json("GET", "/storage/keys").resources.items.isEmpty)
    }
  }
}

extension APIClient {
  /// Stores a password, whether one is there or not.
  func store(_ password: String, at path: String) async throws {
    let type = CasesKeys.password
    let put = try await send("PUT", "/storage/\(path)", type: type, body: password)
    guard put.status == 404 else { return }
    try await json("POST", "/storage/\(path)", type: type, body: password)
  }
}
