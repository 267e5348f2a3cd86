import Cryptography
import HTTPTypes
import Store
import Testing

@testable import API

@Suite struct LoginPageTests {
  private static func addUser(_ api: APIFixture) async throws {
    let hash = try PasswordHash.scrypt("secret", parameters: .init(logN: 4, r: 1, p: 1)).text
    _ = try await api.store.ask.users.insert(
      UserRecord(username: "admin", passwordHash: hash, roles: ["admin"]))
  }

  private static func logIn(_ api: APIFixture, password: String = "secret") async throws -> Answer {
    try await addUser(api)
    return try await api.raw(
      .post, "/j_security_check", body: "j_username=admin&j_password=\(password)",
      type: "application/x-www-form-urlencoded")
  }

  private static func cookie(_ answer: Answer) -> String {
    String((answer.header("set-cookie") ?? "").prefix { $0 != ";" })
  }

  @Test func `AUT-11 after the login the first page has no login form any more`() async throws {
    try await APIFixture.with { api in
      let before = try await api.raw(.get, "/")
      #expect(before.status == 303 && before.header("location") == "/user/login")
      #expect(try await api.raw(.get, "/user/login").text.contains("j_security_check"))
      let answer = try await Self.logIn(api)
      #expect(answer.status == 303 && answer.header("location") == "/")
      let set = answer.header("set-cookie") ?? ""
      #expect(set.hasPrefix("JSESSIONID=") && set.contains("HttpOnly; SameSite=Lax"))
      let home = try await api.raw(.get, "/", headers: ["Cookie": Self.cookie(answer)])
      #expect(home.status == 200 && !home.text.contains("j_security_check"))
    }
  }

  @Test func `a wrong password leads to the error page and begins no session`() async throws {
    try await APIFixture.with { api in
      let answer = try await Self.logIn(api, password: "wrong")
      #expect(answer.header("location") == "/user/error" && answer.header("set-cookie") == nil)
      let sessions = try await api.store.ask.all("SELECT digest FROM web_session") {
        row throws(StoreError) in try row.text("digest")
      }
      #expect(sessions.isEmpty)
    }
  }

  @Test func `a session serves the API until it is ended`() async throws {
    try await APIFixture.with { api in
      let cookie = ["Cookie": Self.cookie(try await Self.logIn(api))]
      let roles = try await api.raw(.get, "/api/59/user/roles", headers: cookie)
      #expect(roles.json["roles"] == ["admin"])
      #expect(try await api.raw(.post, "/user/logout", headers: cookie).status == 303)
      #expect(try await api.raw(.get, "/api/59/user/roles", headers: cookie).status == 403)
    }
  }

  @Test func `a page of another site cannot use a session to change something`() async throws {
    try await APIFixture.with { api in
      var headers = ["Cookie": Self.cookie(try await Self.logIn(api))]
      headers["Origin"] = "https://evil.example"
      let refused = try await api.raw(
        .post, "/api/59/projects", body: "{\"name\":\"Q\"}", type: "application/json",
        headers: headers)
      #expect(refused.status == 403 && refused.message?.contains("another site") == true)
      #expect(try await api.store.ask.projects.all().isEmpty)
      headers["Origin"] = "http://localhost:4440"
      let taken = try await api.raw(
        .post, "/api/59/projects", body: "{\"name\":\"Q\"}", type: "application/json",
        headers: headers)
      #expect(taken.status == 201)
    }
  }
}
