import HTTPTypes
import Identity
import Model
import Store
import Testing

@testable import API

@Suite struct AuthenticationTests {
  @Test func `AUT-01 without a token the answer is 403 and names the request`() async throws {
    try await APIFixture.with { api in
      let answer = try await api.send(.get, "/projects", authenticated: false)
      #expect(answer.status == 403 && answer.errorCode == "unauthorized")
      #expect(
        answer.message == "(unauthenticated) is not authorized for: /api/59/projects")
    }
  }

  @Test func `AUT-02 and AUT-03 a wrong token is named by its first five characters`() async throws
  {
    try await APIFixture.with { api in
      for (path, headers) in [
        ("/projects", ["X-Rundeck-Auth-Token": "invalidtoken"]),
        ("/projects?authtoken=invalidtoken", [:]),
      ] {
        let answer = try await api.send(.get, path, headers: headers, authenticated: false)
        #expect(answer.status == 403 && answer.errorCode == "unauthorized")
        #expect(
          answer.message == "(Token:inval****) is not authorized for: /api/59/projects")
      }
    }
  }

  @Test func `a token counts in the header and in the query, and not when it has expired`()
    async throws
  {
    try await APIFixture.with { api in
      #expect(try await api.get("/projects").status == 200)
      let query = "/projects?authtoken=\(api.token)"
      #expect(try await api.send(.get, query, authenticated: false).status == 200)
      try await api.store.ask.run("UPDATE api_token SET expires_at = 1")
      #expect(try await api.get("/projects").status == 403)
    }
  }

  @Test func `AUT-05 an unknown path is 404 and named without its query`() async throws {
    try await APIFixture.with { api in
      let answer = try await api.get("/dnexist?project=test")
      #expect(answer.status == 404 && answer.json["error"] == true)
      #expect(answer.message == "Invalid API Request: /api/59/dnexist")
    }
  }

  @Test(arguments: [
    "/project/P/resources", "/webhook/a/b", "/project/P/scm/import/status",
  ])
  func `a path of Rundeck's that is not served is 404 and says so`(path: String) async throws {
    try await APIFixture.with { api in
      let answer = try await api.get(path)
      #expect(answer.status == 404 && answer.errorCode == "api.error.invalid.request")
      let message = answer.message ?? ""
      #expect(message.hasPrefix("Invalid API Request: /api/59\(path) ("), "\(message)")
      #expect(message.contains("this version of Quarterdeck does not serve it"))
      let page = try await api.raw(.get, "/a/b\(path)")
      #expect(page.message == "Invalid API Request: /a/b\(path)")
    }
  }

  @Test(arguments: ["FAKE", "1040", "0", "0000001", "13", "60"])
  func `AUT-06 and AUT-07 a version that is not served is refused`(version: String) async throws {
    try await APIFixture.with { api in
      let answer = try await api.send(.get, "/projects", version: version)
      #expect(answer.status == 400)
      #expect(answer.errorCode == "api.error.api-version.unsupported")
      #expect(answer.message?.contains("Unsupported API Version \"\(version)\"") == true)
    }
  }

  @Test func `AUT-08 and AUT-09 an old version is refused on any path`() async throws {
    try await APIFixture.with { api in
      let old = try await api.send(.get, "/project/P/resources", version: "2")
      #expect(old.message?.contains("Unsupported API Version \"2\"") == true)
      #expect(old.json["error"] == true)
      #expect(try await api.send(.get, "/execution/1/output", version: "5").status == 400)
    }
  }

  @Test func `AUT-10 every answer has the security headers`() async throws {
    try await APIFixture.with { api in
      for answer in [
        try await api.get("/system/info"), try await api.get("/nothing"),
        try await api.raw(.get, "/user/login"),
      ] {
        #expect(answer.header("cache-control") != nil)
        #expect(answer.header("content-security-policy") != nil)
        #expect(answer.header("x-content-type-options") == "nosniff")
        #expect(answer.header("x-frame-options") == "deny")
        #expect(
          answer.header("strict-transport-security") == "max-age=31536000; includeSubDomains")
        #expect(answer.header("permissions-policy")?.contains("usb=()") == true)
        #expect(answer.header("referrer-policy") == "strict-origin-when-cross-origin")
      }
    }
  }

  @Test func `somebody outside the group admin may do nothing but ask for their roles`()
    async throws
  {
    try await APIFixture.with { api in
      let made = try await TokenIssue(store: api.store).create(
        for: "bob", by: "admin", roles: ["ops"], name: nil, lifetime: nil)
      let headers = ["X-Rundeck-Auth-Token": made.token]
      let refused = try await api.send(
        .get, "/projects", headers: headers, authenticated: false)
      #expect(refused.status == 403 && refused.errorCode == "api.error.item.unauthorized")
      #expect(refused.message?.hasSuffix("the role admin is needed, bob has only: ops") == true)
      let roles = try await api.send(
        .get, "/user/roles", headers: headers, authenticated: false)
      #expect(roles.json["roles"] == ["ops"])
    }
  }

  @Test func `a path with another method gets a 405 that names the allowed ones`() async throws {
    try await APIFixture.with { api in
      let answer = try await api.get("/job/x/run?argString=-a+b")
      #expect(answer.status == 405 && answer.header("allow") == "POST")
    }
  }
}
