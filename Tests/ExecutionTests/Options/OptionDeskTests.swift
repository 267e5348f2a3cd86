import HTTPClient
import Model
import Store
import TestSupport
import Testing

@testable import Execution

/// Options whose values, or whose allowed values, are elsewhere.
@Suite struct OptionDeskTests {
  private static func remote(
    _ name: String, _ address: String, enforced: Bool = true, _ configuration: [JobEntry] = []
  ) -> JobOption {
    var option = JobOption(name: name, valuesUrl: address, enforced: enforced)
    if !configuration.isEmpty { option.kept["configRemoteUrl"] = .map(configuration) }
    return option
  }

  private static func json(_ body: String) -> StepServer.Response {
    StepServer.Response(200, body, headers: ["Content-Type": "application/json"])
  }

  @Test func `enforced values may be those of a server, and are asked for where they count`()
    async throws
  {
    let server = StepServer { _ in Self.json(#"["a","b"]"#) }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      var option = Self.remote("o", server.url())
      #expect(try await room.resolve([option], ["o": "a"]).plain == ["o": "a"])
      #expect(
        await room.messages([option], ["o": "c"]) == [
          "Option 'o' value: c was not in the allowed values: [a, b]"
        ])
      let asked = server.requests.count
      #expect(try await room.resolve([option]).plain.isEmpty)
      option.values = ["mine"]
      #expect(try await room.resolve([option], ["o": "mine"]).plain == ["o": "mine"])
      option.enforced = false
      #expect(try await room.resolve([option], ["o": "anything"]).plain == ["o": "anything"])
      #expect(server.requests.count == asked)
    }
  }

  @Test func `all remote values are the default where the option says so, sorted if it says so`()
    async throws
  {
    let server = StepServer { _ in Self.json(#"["c","a","b"]"#) }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      var option = Self.remote("o", server.url(), enforced: false)
      option.multivalued = true
      option.delimiter = ";"
      option.multivalueAllSelected = true
      #expect(try await room.resolve([option]).plain == ["o": "c;a;b"])
      option.sortValues = true
      #expect(try await room.resolve([option]).plain == ["o": "a;b;c"])
      #expect(try await room.resolve([option], lists: ["o": ["x", "y"]]).plain == ["o": "x;y"])
      #expect(server.requests.count == 2)
    }
  }

  @Test func `an address has the values of other options, which are asked for first`() async throws
  {
    let server = StepServer { request in
      switch request.path {
      case "/repos?p=p&j=j&n=branch%20x": Self.json(#"["one&two"]"#)
      case "/branches/one%26two?u=u": Self.json(#"["main"]"#)
      default: StepServer.Response(404)
      }
    }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      var repository = Self.remote(
        "repo", server.url("/repos?p=${job.project}&j=${job.name}&n=${option.branch x.value}"))
      repository.values = nil
      var all = repository
      all.name = "branch x"
      all.valuesUrl = server.url("/branches/${option.repo.value}?u=${job.user.name}")
      // They wait for each other: asked with what is given.
      let given = ["repo": "one&two", "branch x": "branch x"]
      let messages = await room.messages([repository, all], given)
      #expect(
        messages == ["Option 'branch x' value: branch x was not in the allowed values: [main]"])

      var first = Self.remote("repo", server.url("/repos?p=${job.project}&j=j&n=branch%20x"))
      first.multivalued = true
      first.multivalueAllSelected = true
      first.delimiter = ","
      let second = Self.remote("b", server.url("/branches/${option.repo.value}?u=u"))
      #expect(
        try await room.resolve([second, first], ["b": "main"]).plain == [
          "repo": "one&two", "b": "main",
        ])
    }
  }

  @Test func `globals of the project, the server's name and the option's own are in an address`()
    async throws
  {
    let server = StepServer { request in Self.json("[\"\(request.path)\"]") }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      try await room.store.ask.projects.put(["project.globals.path": "/x/y"], of: "p")
      var option = Self.remote(
        "o",
        "http://127.0.0.1:\(server.port)${globals.path}?${option.name}=${job.rundeck.nodename}"
          + "&${globals.none}&${rundeck.serverUUID}&${unknown.x}")
      option.multivalued = true
      option.multivalueAllSelected = true
      option.delimiter = "|"
      option.enforced = false
      let messages = await room.messages([option])
      #expect(messages.first?.contains("blank") != true)
      #expect(server.requests.first?.path.hasPrefix("/x/y?o=host&&member&$") == true)
    }
  }

  @Test func `equal questions are asked once, and one that fails is named with its option`()
    async throws
  {
    let server = StepServer { request in
      request.path.hasPrefix("/bad") ? StepServer.Response(500) : Self.json(#"["a"]"#)
    }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      let options = (0..<50).map { Self.remote("o\($0)", server.url("/same")) }
      let values = Dictionary(uniqueKeysWithValues: options.map { ($0.name, "a") })
      #expect(try await room.resolve(options, values).plain == values)
      #expect(server.requests.count == 1)
      let messages = await room.messages(
        [Self.remote("o", server.url("/bad?secret=1"))], ["o": "a"])
      let message = try #require(messages.first)
      #expect(message.hasPrefix("Option 'o': its allowed values could"))
      #expect(message.contains("status 500") && !message.contains("secret"))
    }
  }

  @Test func `servers that never answer cost one time-out, however many there are`() async throws {
    let server = StepServer { _ in nil }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      let options = (0..<200).map {
        Self.remote("o\($0)", server.url("/\($0)/${option.o\($0 + 1).value}"))
      }
      let values = Dictionary(uniqueKeysWithValues: options.map { ($0.name, "a") })
      let messages = await room.messages(options, values, patience: .milliseconds(300))
      #expect(messages.count == 200)
      #expect(server.requests.count <= OptionDesk.breadth)
    }
  }

  @Test func `a server is shown the secret that the option names`() async throws {
    let server = StepServer { _ in Self.json(#"["a"]"#) }
    let keys = PlayedKeyStorage(["keys/p": .success("s3cret"), "keys/no": .failure(.forbidden)])
    try await OptionDeskRoom.with(keys: keys) { (room: OptionDeskRoom) async throws in
      func ask(_ entries: (String, String)...) async -> [String] {
        await room.messages(
          [
            Self.remote(
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
          [Self.remote("o", server.url(), bad.map { JobEntry($0.0, .text($0.1)) })], ["o": "a"])
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
    let server = StepServer { _ in Self.json(#"["a"]"#) }
    try await OptionDeskRoom.with(keys: keys) { (room: OptionDeskRoom) async throws in
      let stored = JobOption(name: "o", secure: true, storagePath: "keys/p")
      let remote = Self.remote(
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

  @Test func `the values of an option can be asked for`() async throws {
    let server = StepServer { Self.json("[\"z\",\"\($0.path.dropFirst())\"]") }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      var option = Self.remote("o", server.url("/${option.x.value}"))
      option.values = ["own"]
      option.sortValues = true
      let job = Job(
        name: "j", workflow: Workflow(steps: []), options: [option, JobOption(name: "x")])
      func values(_ name: String, _ given: [String: String]) async throws -> OptionValues? {
        try await room.desk.values(
          of: name, in: job, JobID("j"), project: "p", user: "u", given: given)
      }
      let found = try await values("o", ["x": "a b"])
      #expect(found?.choices.map(\.value) == ["own", "a%20b", "z"])
      #expect(found?.isRemote == true && found?.isEnforced == true && found?.dependsOn == ["x"])
      #expect(try await values("x", [:])?.choices == [])
      #expect(try await values("none", [:]) == nil)
    }
  }

  @Test func `ten thousand options are resolved`() async throws {
    let options = (0..<10_000).map {
      JobOption(
        name: "o\($0)", defaultValue: "v \($0)", values: ["v \($0)"], enforced: true, regex: "v .*")
    }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      let resolved = try await room.resolve(options, argString: "-o7 'v 7'")
      #expect(resolved.plain.count == 10_000)
      #expect(try ArgumentLine.options(resolved.argString ?? "").count == 10_000)
    }
  }
}
