import Spool
import Testing
import Wire

@testable import Agent

@Suite(.timeLimit(.minutes(10))) struct StepTests {
  @Test func `streams, order and exit code are kept`() async throws {
    let frames = try await AgentBench().run(
      .shell("echo one; sleep 0.05; echo two >&2; sleep 0.05; echo three; exit 7"))
    let output = frames.filter { $0.kind == .stdout || $0.kind == .stderr }
    #expect(output.map(\.text) == ["one\n", "two\n", "three\n"])
    #expect(output.map(\.kind) == [.stdout, .stderr, .stdout])
    #expect(output.map(\.time) == output.map(\.time).sorted())
    #expect(frames.map(\.kind).prefix(2) == [.accepted, .started])
    #expect(frames.ended == EndedPayload(exitCode: 7, signal: 0, reason: .exited))
  }

  @Test func `a signal that ends a step is not an exit code`() async throws {
    let frames = try await AgentBench().run(.shell("kill -9 $$"))
    #expect(frames.ended == EndedPayload(exitCode: -1, signal: 9, reason: .exited))
  }

  @Test
  func `NUL bytes, invalid UTF-8, lines without an end and split characters arrive as printed`()
    async throws
  {
    let frames = try await AgentBench().run(
      .shell(#"printf 'a\000b\377\n\342'; sleep 0.05; printf '\202\254 end'"#))
    let bytes: [UInt8] = [0x61, 0, 0x62, 0xff, 10, 0xe2, 0x82, 0xac] + Array(" end".utf8)
    #expect(frames.output(.stdout) == bytes)
    #expect(frames.last { $0.kind == .stdout }?.flags == .unterminated)
  }

  @Test func `a line of one MiB arrives in one frame`() async throws {
    let frames = try await AgentBench().run(
      .shell("head -c 1048576 /dev/zero | tr '\\0' x; echo; echo after"))
    let output = frames.filter { $0.kind == .stdout }
    #expect(output.first?.payload.count ?? 0 >= 1_048_577)
    #expect(frames.output(.stdout).count == 1_048_577 + 6)
  }

  @Test func `much output of both streams arrives byte by byte`() async throws {
    let frames = try await AgentBench().run(.shell("seq 1 300000; seq 1 1000 >&2"))
    let expected = (1...300_000).map { "\($0)\n" }.joined()
    #expect(frames.text(.stdout) == expected)
    #expect(frames.text(.stderr) == (1...1000).map { "\($0)\n" }.joined())
  }

  @Test func `a script gets its file, its arguments, its environment and its input`() async throws {
    let bench = AgentBench()
    var specification = StepSpecification(arguments: ["\0", "a b"])
    specification.script = Array("echo \"$1 $X $(cat) $(pwd) $0\"".utf8)
    specification.scriptExtension = "sh"
    specification.environment = ["X": "y"]
    specification.standardInput = Array("in".utf8)
    specification.workingDirectory = "/"
    let frames = try await bench.run(specification)
    #expect(frames.text(.stdout) == "a b y in / \(bench.directory)/1.script.sh\n")
    #expect(frames.ended?.exitCode == 0)
    #expect(!DirectoryListing.names(in: bench.directory).contains { $0.hasPrefix("1.") })
  }

  @Test(arguments: [
    (StepSpecification(arguments: ["/no/such/program"]), "No such file"),
    (StepSpecification(arguments: ["true"], workingDirectory: "/no/such"), "working directory"),
    (StepSpecification(arguments: ["/etc/passwd"]), "Permission denied"),
  ])
  func `a step that cannot start says why`(
    specification: StepSpecification, why: String
  ) async throws {
    let frames = try await AgentBench().run(specification)
    #expect(frames.last?.kind == .notStarted)
    #expect(frames.last?.text.contains(why) == true)
  }

  @Test func `a step without input reads nothing and has no signal blocked`() async throws {
    let frames = try await AgentBench().run(
      .shell("cat; grep -E 'SigBlk|SigIgn' /proc/self/status; ls /proc/self/fd | wc -l"))
    let lines = frames.text(.stdout).split(separator: "\n")
    // Signals 32 and 33 belong to the C library, which ignores them in every child.
    let masks = lines.prefix(2).map { UInt64($0.suffix(16), radix: 16).map { $0 & ~0x1_8000_0000 } }
    #expect(masks == [0, 0])
    #expect(lines.last == "4")
  }

  @Test func `what is left behind is ended and noticed`() async throws {
    let frames = try await AgentBench().run(.shell("setsid sleep 1000 & echo $!"))
    let process = Int32(frames.text(.stdout).dropLast()) ?? 0
    #expect(process > 0 && !isAlive(process))
    #expect(frames.contains { $0.kind == .notice })
    #expect(frames.ended == EndedPayload(exitCode: 0, signal: 0, reason: .exited))
  }

  @Test func `a step whose time is over is ended whole`() async throws {
    let frames = try await AgentBench().run(
      .shell("trap '' TERM; echo $$; sleep 1000; sleep 1000", grace: 50, timeout: 100))
    #expect(frames.ended == EndedPayload(exitCode: -1, signal: 9, reason: .timedOut))
    #expect(!isAlive(Int32(frames.text(.stdout).dropLast()) ?? 0))
  }
}
