import Model
import TestSupport
import Testing

@testable import Execution

/// Options that need a secret: their own value, or what a server of values is shown.
@Suite struct OptionSecretTests {
  @Test func `a server is shown the secret that the option names`() async throws {
    let server = StepServer { _ in StepServer.json(#"["a"]"#) }
    let keys = PlayedKeyStorage(["keys/p": .success("s3cret"), "keys/no": .failure(.forbidden)])
    try await OptionDeskRoom.with(keys: keys) { (room: OptionDeskRoom) async throws in
      func ask(_ entries: (String, String)...) async -> [String] {
        await room.messages(
          [
            JobOption.remote(
              "o", server.url("/x?y=1"), entries.map { JobEntry($0.0, .text($0.1)) })
          ], ["o": "a"])
      }
      let basic = await ask(
        ("authenticationType", "BASIC"), ("username", "me"), ("passwordStoragePath", "keys/p"))
      #expect(basic == [])
      #expect(server.requests.last?.headers["authorization"] == "Basic bWU6czNjcmV0")
      #expect(
        await ask(("authenticationType", "BEARER_TOKEN"), ("tokenStoragePath", "keys/p")) == [])
      #expect(server.requests.last?.headers["authorization"] == "Bearer s3cret")
      let key = [
        ("authenticationType", "API_KEY"), ("keyName", "K"), ("tokenStoragePath", "keys/p"),
      ]
      #expect(await ask(key[0], key[1], key[2]) == [])
      #expect(server.requests.last?.headers["k"] == "s3cret")
      #expect(await ask(key[0], key[1], key[2], ("apiTokenReporter", "QUERY_PARAM")) == [])
      #expect(server.requests.last?.path == "/x?y=1&K=s3cret")
      #expect(keys.questions.allSatisfy { $0 == "u@p keys/p" })
      let asked = server.requests.count
      for bad in [
        [("authenticationType", "BASIC")], [("authenticationType", "DIGEST")],
        [("authenticationType", "BEARER_TOKEN"), ("tokenStoragePath", "keys/no")],
        [("authenticationType", "API_KEY"), ("tokenStoragePath", "keys/p")],
      ] {
        let messages = await room.messages(
          [JobOption.remote("o", server.url(), bad.map { JobEntry($0.0, .text($0.1)) })], ["o": "a"]
        )
        #expect(messages.count == 1 && !messages[0].contains("s3cret"))
      }
      #expect(server.requests.count == asked)
    }
  }

  @Test func `a secure option starts with what the key storage has, unless a value is given`()
    async throws
  {
    let keys = PlayedKeyStorage(["keys/p": .success("s3cret"), "keys/no": .failure(.forbidden)])
    try await OptionDeskRoom.with(keys: keys) { (room: OptionDeskRoom) async throws in
      let option = JobOption(name: "o", required: true, secure: true, storagePath: "keys/p")
      let resolved = try await room.resolve([option])
      #expect(resolved.secure == ["o": "s3cret"] && resolved.argString == nil)
      #expect(try await room.resolve([option], ["o": "mine"]).secure == ["o": "mine"])
      #expect(keys.questions.count == 1)
      for (path, reason) in [("keys/no", "may not read"), ("keys/none", "nothing is stored")] {
        let other = JobOption(name: "o", secure: true, storagePath: path)
        let messages = await room.messages([other])
        #expect(messages.count == 1 && messages[0].contains(path) && messages[0].contains(reason))
      }
    }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      let option = JobOption(name: "o", secure: true, storagePath: "keys/p")
      #expect(await room.messages([option]).first?.contains("no key storage") == true)
    }
  }

  @Test func `a blank value of a required option is none, and an empty password is said to be one`()
    async throws
  {
    let keys = PlayedKeyStorage(["keys/p": .success("s3cret"), "keys/empty": .success("")])
    try await OptionDeskRoom.with(keys: keys) { (room: OptionDeskRoom) async throws in
      var option = JobOption(name: "o", required: true, secure: true, storagePath: "keys/p")
      #expect(try await room.resolve([option], ["o": ""]).secure == ["o": "s3cret"])
      option.storagePath = "keys/empty"
      let messages = await room.messages([option])
      #expect(messages.count == 1 && messages[0].contains("keys/empty"))
      #expect(messages[0].contains("empty") && messages[0].contains("'o'"))
      option.storagePath = "keys/none"
      #expect(await room.messages([option], ["o": ""]).first?.contains("keys/none") == true)
      option.required = false
      option.storagePath = "keys/empty"
      #expect(try await room.resolve([option]).secure == ["o": ""])
    }
  }

  @Test func `a key storage that is away refuses no run for good`() async throws {
    let keys = PlayedKeyStorage(["keys/p": .failure(.unavailable("it is away"))])
    let server = StepServer { _ in StepServer.json(#"["a"]"#) }
    try await OptionDeskRoom.with(keys: keys) { (room: OptionDeskRoom) async throws in
      let stored = JobOption(name: "o", secure: true, storagePath: "keys/p")
      let remote = JobOption.remote(
        "o", server.url(),
        [
          JobEntry("authenticationType", .text("BEARER_TOKEN")),
          JobEntry("tokenStoragePath", .text("keys/p")),
        ])
      for (option, given) in [(stored, [:]), (remote, ["o": "a"])] {
        let error = await #expect(throws: LaunchError.self) {
          try await room.resolve([option], given)
        }
        guard case .unavailable(let reason)? = error else {
          Issue.record("\(String(describing: error))")
          continue
        }
        #expect(reason.contains("'o'") && reason.contains("it is away"))
      }
      #expect(server.requests.isEmpty)
    }
  }
}
