import Glibc
import Logging
import Model
import Spool
import Testing
import Wire

@testable import Agent

/// Files that steps are given.
@Suite(.timeLimit(.minutes(3))) struct GivenFileTests {
  /// A control plane that has files, in small pieces, and fails as often as it is told.
  private actor Files: ControlPlaneLink {
    private let files: [String: [UInt8]]
    private var failures: [AgentError]
    private(set) var requests: [StepFileRequest] = []

    init(_ files: [String: [UInt8]], failures: [AgentError] = []) {
      self.files = files
      self.failures = failures
    }

    func stream(hello: [UInt8], receive: @Sendable ([UInt8]) async throws -> Void) {}
    func report(_ body: [UInt8]) throws(AgentError) -> [UInt8] { throw .unreachable("no reports") }

    func file(_ body: [UInt8]) throws(AgentError) -> [UInt8] {
      guard failures.isEmpty else { throw failures.removeFirst() }
      guard let request = try? StepFileRequest(bytes: body) else { throw .badAnswer("request") }
      requests.append(request)
      guard let file = files[request.file] else { throw .refused(status: 404, message: "no file") }
      return StepFilePiece(Array(file.dropFirst(Int(request.offset)).prefix(3))).bytes
    }
  }

  private func run(
    _ specification: StepSpecification, _ files: Files
  ) async throws -> (frames: [Frame], left: [String]) {
    let bench = AgentBench()
    let frames = try await bench.life { host in
      let fetcher = FileFetcher(
        host: host, link: files, chance: { 0 }, logger: Logger(label: "test"), tries: 3)
      // It ends with the host.
      Task { await fetcher.run() }
      await host.accept(AgentBench.assignment(1, specification))
      return try await bench.control.finished(AssignmentID(1))
    }
    return (frames, DirectoryListing.names(in: bench.directory).filter { $0.contains(".file") })
  }

  private static func specification(_ command: String, sizes: UInt64...) -> StepSpecification {
    var specification = StepSpecification.shell(command)
    specification.environment = ["RD_FILE_A": "/given/a"]
    for (name, size) in zip(["a", "b"], sizes) {
      specification.files.append(StepFile(id: name, pathMarker: "/given/\(name)", size: size))
    }
    return specification
  }

  @Test func `a step finds its files where its words say, and they go with it`() async throws {
    let content = Array("0123456789\u{0}ü".utf8)
    let files = Files(["a": content, "b": []], failures: [.unreachable("away")])
    let (frames, left) = try await run(
      Self.specification(
        #"cat "$RD_FILE_A"; wc -c < /given/b; stat -c %a /given/a"#,
        sizes: UInt64(content.count), 0), files)
    #expect(frames.output(.stdout) == content + Array("0\n600\n".utf8))
    #expect(frames.ended?.exitCode == 0, "\(frames.last?.text ?? "")")
    #expect(left.isEmpty)
    #expect(await files.requests.map(\.offset) == [0, 3, 6, 9, 12])
  }

  @Test(arguments: [4, 99] as [UInt64])
  func `a script and standard input have them too, and a file that ends early stops the step`(
    size: UInt64
  ) async throws {
    var specification = Self.specification("true", sizes: size)
    specification.arguments = ["sh", "\0"]
    specification.script = Array("cat /given/a; sed s/^/in:/".utf8)
    specification.standardInput = Array("x /given/a".utf8)
    let (frames, left) = try await run(specification, Files(["a": Array("abc\n".utf8)]))
    if size == 4 {
      #expect(frames.text(.stdout).hasPrefix("abc\nin:x /"))
      #expect(!frames.text(.stdout).contains("/given/"))
    } else {
      #expect(frames.last?.kind == .notStarted)
      #expect(frames.last?.text.contains("4 bytes of 99") == true, "\(frames.last?.text ?? "")")
    }
    #expect(left.isEmpty)
  }

  @Test(arguments: [
    [], [AgentError.unreachable("a"), .unreachable("b"), .unreachable("out of reach")],
  ])
  func `a file that cannot be had keeps the step from starting, and it says why`(
    failures: [AgentError]
  ) async throws {
    let (frames, left) = try await run(
      Self.specification("echo never", sizes: 1), Files([:], failures: failures))
    #expect(frames.map(\.kind).contains(.started) == false)
    #expect(frames.last?.kind == .notStarted)
    #expect(frames.last?.text.contains(failures.isEmpty ? "no file" : "out of reach") == true)
    #expect(left.isEmpty)
  }

  @Test func `a step that is killed while its files come never starts`() async throws {
    let bench = AgentBench()
    let frames = try await bench.life { host in
      await host.accept(AgentBench.assignment(1, Self.specification("echo never", sizes: 1)))
      await host.kill(AssignmentID(1), of: ExecutionID(1), epoch: Epoch(1), grace: 1)
      return try await bench.control.finished(AssignmentID(1))
    }
    #expect(frames.last?.kind == .notStarted)
  }
}
