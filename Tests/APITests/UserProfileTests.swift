import HTTPTypes
import Store
import Testing

@testable import API

@Suite struct UserProfileTests {
  @Test func `everybody sees and changes the own profile`() async throws {
    try await APIFixture.with { api in
      func fields(_ answer: Answer) -> [String?] {
        ["login", "firstName", "lastName", "email"].map { answer.json[$0]?.scalar }
      }
      #expect(fields(try await api.get("/user/info")) == ["admin", nil, nil, nil])
      let answer = try await api.post(
        "/user/info", #"{"firstName":"Ann","lastName":" Other ","email":"ann@example.com"}"#)
      let full = ["admin", "Ann", "Other", "ann@example.com"]
      #expect(answer.status == 200 && fields(answer) == full)
      #expect(fields(try await api.get("/user/info")) == full)
      #expect(fields(try await api.get("/user/info/admin")) == full)
      let cleared = try await api.post("/user/info", #"{"lastName":"","email":null}"#).json
      #expect(cleared["firstName"] == "Ann" && cleared["lastName"] == .null)
      #expect(cleared["email"] == .null)
    }
  }

  @Test func `an administrator changes those of others whom the member knows`() async throws {
    try await APIFixture.with { api in
      #expect(try await api.get("/user/info/bob").status == 404)
      let unknown = try await api.post("/user/info/bob", #"{"firstName":"Bob"}"#)
      #expect(unknown.status == 404 && unknown.message == "User does not exist: bob")
      _ = try await api.post("/tokens/bob", #"{"roles":"ops"}"#)
      let answer = try await api.post("/user/info/bob", #"{"firstName":"Bob"}"#)
      #expect(answer.status == 200 && answer.json["firstName"] == "Bob")
      let list = try await api.get("/user/list").json.elements ?? []
      #expect(list.map { $0["login"] } == ["admin", "bob"])
      #expect(list.map { $0["tokens"] } == [1, 1])
      #expect(list.allSatisfy { $0["created"] != nil && $0["updated"] != nil })
      #expect(list.allSatisfy { $0["lastJob"] == .null })
      let before = try await api.send(.get, "/user/list", version: "26").json.elements ?? []
      #expect(before.count == 2 && before.allSatisfy { $0["tokens"] == nil })
    }
  }

  @Test(arguments: [
    (#"{"email":"nobody"}"#, "email"), (#"{"email":"a@b, c@d"}"#, "email"),
    (#"{"email":"Ann <a@b>"}"#, "email"), (#"{"email":7}"#, "email"),
    (#"{"firstName":["x"]}"#, "firstName"), (#"{"lastName":"a\nb"}"#, "lastName"),
    (#"["x"]"#, "object"),
  ])
  func `what is no profile is refused by its field and changes nothing`(
    body: String, text: String
  ) async throws {
    try await APIFixture.with { api in
      let answer = try await api.post("/user/info", body)
      #expect(answer.status == 400 && answer.message?.contains(text) == true)
      #expect(try await api.get("/user/info").json["email"] == .null)
      let long = String(repeating: "x", count: 256)
      #expect(try await api.post("/user/info", "{\"firstName\":\"\(long)\"}").status == 400)
    }
  }
}
