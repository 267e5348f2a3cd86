import Cryptography
import HTTPTypes
import Store
import TestSupport
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

  @Test func `permalinks lead to a page, after a login`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let job = try await api.makeJob("<b>job", group: "a/b")
      let run = try await api.post("/job/\(job)/run")
      let base = "http://localhost:4440"
      let execution = (run.json["permalink"]?.scalar ?? "").trimmingPrefix(base)
      let page = (run.json["job"]?["permalink"]?.scalar ?? "").trimmingPrefix(base)
      #expect(try await api.raw(.get, String(execution)).header("location") == "/user/login")
      let cookie = ["Cookie": Self.cookie(try await Self.logIn(api))]
      let shown = try await api.raw(.get, String(execution), headers: cookie)
      #expect(shown.status == 200 && shown.header("content-type")?.hasPrefix("text/html") == true)
      #expect(shown.text.contains("<dt>Job</dt><dd>a/b/&lt;b&gt;job</dd>"))
      #expect(
        shown.text.contains(
          "href=\"/api/59/execution/\(run.json["id"]?.scalar ?? "")/output.text\""))
      #expect(shown.text.contains("href=\"\(base)\(page)\""))
      let definition = try await api.raw(.get, String(page), headers: cookie)
      #expect(definition.status == 200 && definition.text.contains("<h1>a/b/&lt;b&gt;job</h1>"))
      for path in [
        "/project/Q/execution/show/\(run.json["id"]?.scalar ?? "")", "/project/P/execution/show/99",
        "/project/Q/job/show/\(job)", "/project/P/job/show/none",
      ] {
        #expect(try await api.raw(.get, path, headers: cookie).status == 404, "\(path)")
      }
      try await api.store.ask.run("UPDATE web_session SET roles = '[\"ops\"]'")
      #expect(try await api.raw(.get, String(execution), headers: cookie).status == 403)
      #expect(try await api.raw(.get, String(page), headers: cookie).status == 403)
    }
  }

  @Test func `a failed login is logged with its user and address, without the password`()
    async throws
  {
    try await APIFixture.with { api in
      _ = try await Self.logIn(api, password: "wrong-pass")
      let line = try #require(api.log.lines.first { $0.contains("A login failed") })
      #expect(line.contains("user=admin") && line.contains("address=local"))
      _ = try await api.raw(
        .post, "/j_security_check", body: "j_username=a%0Ab%1B&j_password=wrong-pass",
        type: "application/x-www-form-urlencoded")
      #expect(api.log.lines.contains { $0.contains("user=a?b?") })
      #expect(!api.log.lines.contains { $0.contains("wrong-pass") })
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
