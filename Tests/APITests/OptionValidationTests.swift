import HTTPTypes
import Testing

@testable import API

@Suite struct OptionValidationTests {
  private static let path = "/project/P/jobs/validateOption"
  private static let enforced =
    "Allowed values (list or remote URL) must be specified if values are enforced"
  private static let hidden = "Hidden options must have a default value or storage path."

  /// Wrong options of JOB-12 without their name: field and text of the message.
  private static let wrong: [(String, String, String)] = [
    (#""valuesUrl":"notaurl""#, "valuesUrl", "Not a valid URL"),
    (#""name":"in valid""#, "name", "does not match the required pattern"),
    (
      #""remoteUrlAuthenticationType":"in valid""#, "remoteUrlAuthenticationType",
      "must be in the list"
    ),
    (
      #""storagePath":"in valid""#, "storagePath",
      "Default key storage path must start with: keys/: in valid"
    ),
    (#""hidden":true"#, "value", hidden),
    (#""hidden":true,"secure":true"#, "storagePath", hidden),
    (#""valuesType":"url","enforced":true"#, "valuesUrl", enforced),
    (#""valuesType":"list","enforced":true"#, "values", enforced),
    (
      #""value":"b","values":["a"],"enforced":true"#, "value",
      "Default Value was not in the allowed values list, and values are enforced"
    ),
    (
      #""multivalued":true,"delimiter":null"#, "delimiter",
      "You must specify a delimiter for multivalued options"
    ),
    (
      #""value":"a,b","values":["a"],"enforced":true,"multivalued":true,"delimiter":",""#, "value",
      "Default Value contains a string that was not in the allowed values list, and values are enforced"
    ),
    (#""regex":"asdf[""#, "regex", "Invalid Regular Expression:"),
    (
      #""regex":"[a-f]+","value":"z""#, "value",
      #"Default value "z" does not match the regex: [a-f]+"#
    ),
    (
      #""regex":"[a-f]+","defaultValue":"z""#, "value",
      #"Default value "z" does not match the regex: [a-f]+"#
    ),
    (
      #""regex":"[a-f]+","values":["z"]"#, "values",
      #"Allowed value "z" does not match the regex: [a-f]+"#
    ),
    (
      #""multivalued":true,"secure":true"#, "multivalued",
      "Secure input cannot be used with multi-valued input"
    ),
    (
      #""valuesUrl":"http://h/x","configRemoteUrl":{"jsonFilter":"bad[."}"#,
      "configRemoteUrl.jsonFilter", "The Remote URL Json Path Filter has an invalid syntax"
    ),
    (#""required":"perhaps""#, "required", "must be true or false"),
    (#""colour":"red""#, "colour", "unknown key"),
  ]

  @Test func `JOB-11 an option is judged since version 47`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let option = #"{"name":"opt1","required":true}"#
      let old = try await api.send(
        .post, Self.path, version: "46", body: option, type: "application/json")
      #expect(old.status == 400 && old.errorCode == "api.error.api-version.unsupported")
      let new = try await api.send(
        .post, Self.path, version: "47", body: option, type: "application/json")
      #expect(new.status == 200 && new.json["valid"] == true)
      let none = try await api.post("/project/none/jobs/validateOption", option)
      #expect(none.status == 404 && none.errorCode == "api.error.project.missing")
      #expect(try await api.post(Self.path, "[]").status == 400)
      let text = try await api.send(.post, Self.path, body: "name: a", type: "application/yaml")
      #expect(text.status == 415)
    }
  }

  @Test func `JOB-12 what is wrong with an option is told by field`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      for (keys, field, text) in Self.wrong {
        let name = keys.contains("\"name\"") ? "" : #""name":"opt1","#
        let answer = try await api.post(Self.path, "{\(name)\(keys)}")
        #expect(answer.status == 400 && answer.json["valid"] == false, "\(keys)")
        let messages = answer.json["messages"]?[field]?.elements?.compactMap(\.scalar)
        #expect(messages?.contains { $0.contains(text) } == true, "\(keys): \(answer.text)")
      }
    }
  }

  @Test func `JOB-12 a required option of a scheduled job needs a value`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let file = #"{"name":"a","required":true,"optionType":"file"}"#
      let answer = try await api.post(Self.path + "?jobWasScheduled=true", file)
      #expect(
        answer.json["messages"] == [
          "required": ["File option type cannot be Required when the Job is scheduled"]
        ])
      let text = #""name":"a","required":true"#
      for (path, body) in [
        (Self.path + "?jobWasScheduled=true", "{\(text)}"),
        (Self.path, "{\(text),\"jobWasScheduled\":true}"),
        (Self.path, "{\"optionData\":{\(text)},\"jobWasScheduled\":true}"),
      ] {
        let answer = try await api.post(path, body)
        #expect(
          answer.json["messages"] == [
            "value": ["Specify a Default Value for Required options when the Job is scheduled"]
          ], "\(body)")
      }
      #expect(try await api.post(Self.path + "?jobWasScheduled=x", "{\(text)}").status == 400)
    }
  }

  @Test func `an expression that backtracks for ever holds up neither question nor import`()
    async throws
  {
    try await APIFixture.with { api in
      try await api.makeProject()
      let value = String(repeating: "a", count: 200) + "bcd"
      let answer = try await api.post(
        Self.path, #"{"name":"a","regex":"(a+)+c$","value":"\#(value)"}"#)
      #expect(answer.status == 400)
      #expect(
        answer.json["messages"] == [
          "regex": ["The regular expression (a+)+c$ takes too long on this value: \(value)"]
        ])
      let steps = "sequence: {commands: [{exec: a}]}"
      let document = """
        - {name: bad, options: [{name: x, regex: '(a+)+b$', value: '\(value)'}], \(steps)}
        - {name: wrong, options: [{name: x, regex: '[a-f]+', value: z}], \(steps)}
        - {name: good, options: [{name: x, regex: '[a-f]+', value: a}], \(steps)}
        """
      let imported = try await api.send(
        .post, "/project/P/jobs/import", body: document, type: "application/yaml")
      let failed = imported.json["failed"]?.elements ?? []
      #expect(failed.map { $0["index"] } == [1, 2])
      #expect(failed.first?["error"]?.scalar?.contains("takes too long on this value") == true)
      #expect(failed.last?["error"]?.scalar?.contains(#""z" does not match"#) == true)
      #expect(imported.json["succeeded"]?.elements?.map { $0["name"] } == ["good"])
    }
  }
}
