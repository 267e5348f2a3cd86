import HTTPClient
import Model
import Store
import TestSupport
import Testing

@testable import Execution

/// Options whose values, or whose allowed values, are elsewhere.
@Suite struct OptionDeskTests {
  @Test func `enforced values may be those of a server, and are asked for where they count`()
    async throws
  {
    let server = StepServer { _ in StepServer.json(#"["a","b"]"#) }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      var option = JobOption.remote("o", server.url())
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
    let server = StepServer { _ in StepServer.json(#"["c","a","b"]"#) }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      var option = JobOption.remote("o", server.url(), enforced: false)
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
      case "/repos?p=p&j=j&n=branch%20x": StepServer.json(#"["one&two"]"#)
      case "/branches/one%26two?u=u": StepServer.json(#"["main"]"#)
      default: StepServer.Response(404)
      }
    }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      var repository = JobOption.remote(
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

      var first = JobOption.remote("repo", server.url("/repos?p=${job.project}&j=j&n=branch%20x"))
      first.multivalued = true
      first.multivalueAllSelected = true
      first.delimiter = ","
      let second = JobOption.remote("b", server.url("/branches/${option.repo.value}?u=u"))
      #expect(
        try await room.resolve([second, first], ["b": "main"]).plain == [
          "repo": "one&two", "b": "main",
        ])
    }
  }

  @Test func `globals of the project, the server's name and the option's own are in an address`()
    async throws
  {
    let server = StepServer { request in StepServer.json("[\"\(request.path)\"]") }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      try await room.store.ask.projects.put(["project.globals.path": "/x/y"], of: "p")
      var option = JobOption.remote(
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
      request.path.hasPrefix("/bad") ? StepServer.Response(500) : StepServer.json(#"["a"]"#)
    }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      let options = (0..<50).map { JobOption.remote("o\($0)", server.url("/same")) }
      let values = Dictionary(uniqueKeysWithValues: options.map { ($0.name, "a") })
      #expect(try await room.resolve(options, values).plain == values)
      #expect(server.requests.count == 1)
      let messages = await room.messages(
        [JobOption.remote("o", server.url("/bad?secret=1"))], ["o": "a"])
      let message = try #require(messages.first)
      #expect(message.hasPrefix("Option 'o': its allowed values could"))
      #expect(message.contains("status 500") && !message.contains("secret"))
    }
  }

  @Test func `servers that never answer cost one time-out, however many there are`() async throws {
    let server = StepServer { _ in nil }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      let options = (0..<200).map {
        JobOption.remote("o\($0)", server.url("/\($0)/${option.o\($0 + 1).value}"))
      }
      let values = Dictionary(uniqueKeysWithValues: options.map { ($0.name, "a") })
      let messages = await room.messages(options, values, patience: .milliseconds(300))
      #expect(messages.count == 200)
      #expect(server.requests.count <= OptionDesk.breadth)
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

  @Test func `the values of an option can be asked for`() async throws {
    let server = StepServer { StepServer.json("[\"z\",\"\($0.path.dropFirst())\"]") }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      var option = JobOption.remote("o", server.url("/${option.x.value}"))
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
}
