import Glibc
import Model
import Testing
import Wire

@testable import Execution

/// Scripts that the definition only names.
@Suite struct ScriptSourceTests {
  private let tools = MemberTools(
    limits: MemberStepLimits(scriptBytes: 1 << 20, fetchTime: StepRoom.patience))

  @Test func `a script file of the server reaches the agent byte for byte`() async throws {
    try await StepRoom.withFolder { folder in
      try StepRoom.shell(
        "printf '#!/bin/sh\\r\\necho @node.name@ \\377' > \(folder)/it; chmod 644 \(folder)/it")
      let step = StepRoom.script("scriptfile", "\(folder)/it", ["args": .text("-n ${node.name}")])
      let plain = try StepRoom.specification(try await StepRoom.run(StepRoom.context(step)))
      #expect(plain.script == Array("#!/bin/sh\r\necho @node.name@ ".utf8) + [0xFF])
      #expect(plain.arguments == ["\u{0}", "-n", "web1"])
      try StepRoom.shell("printf 'echo @node.name@' > \(folder)/it")
      let expanding = StepRoom.script(
        "scriptfile", "\(folder)/${option.name}", ["expandTokenInScriptFile": .boolean(true)])
      let result = try await StepRoom.run(StepRoom.context(expanding, options: ["name": "it"]))
      #expect(try StepRoom.specification(result).script == Array("echo web1".utf8))
      let address = StepRoom.script("scripturl", "file:\(folder)/it")
      #expect(
        try StepRoom.specification(try await StepRoom.run(StepRoom.context(address))).script
          == Array("echo @node.name@".utf8))
    }
  }

  @Test
  func
    `only what every user of the server may read is read, or what lies in a folder of the rules`()
    async throws
  {
    try await StepRoom.withFolder { folder in
      try StepRoom.shell(
        """
        cd \(folder); mkdir in; echo a > key; chmod 600 key; ln -s ../key in/link; echo b > in/own; \
        chmod 600 in/own; mkfifo pipe; chmod 644 pipe; mkdir shut; echo c > shut/c; chmod 700 shut
        """)
      for name in ["key", "in/link", "shut/c", "none", "pipe", "in"] {
        let step = StepRoom.script("scriptfile", "\(folder)/\(name)")
        let failure = StepRoom.failure(try await StepRoom.run(StepRoom.context(step)))
        #expect(failure?.reason == "IOFailure", "\(name)")
        #expect(failure?.message.contains(folder) == true, "\(name)")
      }
      let rules = MemberTools(files: ServerFileRules(folders: ["\(folder)/in"]))
      let own = StepRoom.context(StepRoom.script("scriptfile", "\(folder)/in/own"))
      #expect(
        try StepRoom.specification(try await StepRoom.run(own, rules)).script == [0x62, 0x0A])
      for name in ["in/link", "key", "in/../key", "/etc/passwd"] {
        let step = StepRoom.script("scriptfile", name.hasPrefix("/") ? name : "\(folder)/\(name)")
        #expect(
          StepRoom.failure(try await StepRoom.run(StepRoom.context(step), rules)) != nil, "\(name)")
      }
    }
  }

  @Test func `a script of 100 MiB is refused with its limit`() async throws {
    try await StepRoom.withFolder { folder in
      try StepRoom.shell("truncate -s 100M \(folder)/big; chmod 644 \(folder)/big")
      let step = StepRoom.script("scriptfile", "\(folder)/big")
      let failure = StepRoom.failure(try await StepRoom.run(StepRoom.context(step), tools))
      #expect(failure?.message.contains("larger than 1048576 bytes") == true)
    }
    let server = StepServer { _ in
      StepServer.Response(200, String(repeating: "x", count: (1 << 20) + 1))
    }
    let step = StepRoom.script("scripturl", server.url())
    #expect(StepRoom.failure(try await StepRoom.run(StepRoom.context(step), tools)) != nil)
  }

  @Test func `values in an address stay a part of it`() async throws {
    let server = StepServer { _ in StepServer.Response(200, "echo hi") }
    let options = ["a": "x/../y?z=1&b #%", "whole": server.url("/s")]
    let step = StepRoom.script("scripturl", server.url("/p/${option.a}?q=${option.a}"))
    let result = try await StepRoom.run(StepRoom.context(step, options: options))
    #expect(try StepRoom.specification(result).arguments == ["/bin/sh", "\u{0}"])
    let encoded = "x%2F..%2Fy%3Fz%3D1%26b%20%23%25"
    #expect(server.requests.map(\.path) == ["/p/\(encoded)?q=\(encoded)"])
    let whole = StepRoom.script("scripturl", "${option.whole}/${option.a}")
    _ = try await StepRoom.run(StepRoom.context(whole, options: options))
    #expect(server.requests.last?.path == "/s/\(encoded)")
  }

  @Test func `a script that has not changed is not sent again`() async throws {
    let server = StepServer { request in
      request.headers["if-none-match"] == "\"1\""
        ? StepServer.Response(304) : StepServer.Response(200, "echo 1", headers: ["ETag": "\"1\""])
    }
    let step = StepRoom.script("scripturl", server.url())
    for _ in 0..<2 {
      let result = try await StepRoom.run(StepRoom.context(step), tools)
      #expect(try StepRoom.specification(result).script == Array("echo 1".utf8))
    }
    #expect(server.requests.map { $0.headers["if-none-match"] } == [nil, "\"1\""])
  }

  @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher:x"])
  func `a redirect leads to http and https only`(target: String) async throws {
    let server = StepServer { _ in StepServer.Response(302, headers: ["Location": target]) }
    let step = StepRoom.script("scripturl", server.url())
    let failure = StepRoom.failure(try await StepRoom.run(StepRoom.context(step), tools))
    #expect(failure?.message.contains("begins with http:// or https://") == true)
  }

  @Test func `redirects are followed a few times`() async throws {
    let server = StepServer { request in
      switch request.path {
      case "/a/b?x": StepServer.Response(301, headers: ["Location": "c"])
      case "/a/c": StepServer.Response(307, headers: ["Location": "/end"])
      case "/end": StepServer.Response(200, "echo end")
      default: StepServer.Response(302, headers: ["Location": "/loop"])
      }
    }
    let step = StepRoom.script("scripturl", server.url("/a/b?x"))
    let result = try await StepRoom.run(StepRoom.context(step))
    #expect(try StepRoom.specification(result).script == Array("echo end".utf8))
    let loop = StepRoom.script("scripturl", server.url("/loop"))
    #expect(
      StepRoom.failure(try await StepRoom.run(StepRoom.context(loop)))?.message
        .contains("more than 5 redirects") == true)
  }

  @Test func `a server that never answers costs the time limit and no more`() async throws {
    let server = StepServer { _ in nil }
    let step = StepRoom.script("scripturl", server.url())
    let hasty = MemberTools(limits: MemberStepLimits(fetchTime: .milliseconds(200)))
    let failure = StepRoom.failure(try await StepRoom.run(StepRoom.context(step), hasty))
    #expect(failure?.reason == "IOFailure")
  }

  @Test(arguments: ["", "/etc/passwd", "data:,x", "${option.place}"])
  func `an address that is none is refused, and a value makes no file of it`(text: String) throws {
    let step = StepRoom.script("scripturl", text)
    let context = StepRoom.context(step, options: ["place": "file:///etc/passwd"])
    #expect(throws: UnfitStep.self) { try context.work() }
  }

  @Test func `a missing answer is a failure with its status`() async throws {
    let server = StepServer { _ in StepServer.Response(404, "no") }
    let step = StepRoom.script("scripturl", server.url("/x"))
    let failure = StepRoom.failure(try await StepRoom.run(StepRoom.context(step)))
    #expect(failure?.text.hasSuffix("/x: the server answered 404") == true)
  }
}
