import Daemon
import Glibc
import Model
import Testing

@testable import Agent

@Suite struct BackoffTests {
  @Test func `the wait doubles up to the longest and begins again after a success`() {
    var backoff = Backoff(first: .milliseconds(100), longest: .seconds(1))
    let waits = (0..<6).map { _ in backoff.next(chance: 1) }
    #expect(waits == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
    backoff.reset()
    let wait = backoff.next(chance: 1)
    #expect(wait == .milliseconds(100))
  }

  @Test func `chance spreads the wait over its upper half`() {
    var low = Backoff(first: .seconds(1))
    var high = Backoff(first: .seconds(1))
    let waits = [low.next(chance: 0), high.next(chance: 0.5)]
    #expect(waits == [.milliseconds(500), .milliseconds(750)])
  }

  @Test func `it goes on for ever`() {
    var backoff = Backoff()
    for _ in 0..<10_000 { _ = backoff.next(chance: 0) }
    let wait = backoff.next(chance: 1)
    #expect(wait == .seconds(10))
  }
}

@Suite struct AgentKeysTests {
  @Test func `every address of the control plane must be one`() {
    let form = AgentKeys.servers.form
    #expect(form.parse("https://a, http://b:1") == ["https://a", "http://b:1"])
    #expect(form.parse("https://a, b") == nil)
    #expect(form.parse("") == [])
  }
}

@Suite struct AgentNameTests {
  @Test(arguments: ["web1", "web-1.example.org", "größe_2", "c++"])
  func `a plain word is a name`(name: String) {
    #expect(AgentName.problem(name) == nil)
    #expect(AgentKeys.name.form.parse(name) == name)
  }

  @Test(
    arguments: [
      ("", "empty"), ("a,b", "comma"), ("a b", "white space"), ("a\tb", "white space"),
      ("a\nb", "white space"), ("a\u{7}b", "control"), ("a\u{9b}b", "control"),
      (String(repeating: "a", count: 256), "longer"),
    ] as [(String, String)])
  func `what would not be one word of a node filter is no name`(name: String, why: String) {
    #expect(AgentName.problem(name)?.contains(why) == true)
  }
}

@Suite struct SeenEpochsTests {
  @Test func `an epoch below the highest seen is refused`() {
    var epochs = SeenEpochs()
    let execution = ExecutionID(1)
    let answers = [2, 1, 2, 3].map { epochs.admit(Epoch($0), of: execution) }
    let other = epochs.admit(Epoch(1), of: ExecutionID(2))
    #expect(answers == [true, false, true, true])
    #expect(other)
  }
}

@Suite struct FinishedAssignmentsTests {
  @Test func `a finished assignment is known in the next life and forgotten after a day`() throws {
    try withDirectory { directory in
      var first = FinishedAssignments(directory: directory)
      try first.insert(AssignmentID(7), now: 0)
      var second = FinishedAssignments(directory: directory)
      #expect(second.contains(AssignmentID(7)))
      #expect(!second.contains(AssignmentID(6)))
      try second.insert(AssignmentID(8), now: 26 * 3600)
      let third = FinishedAssignments(directory: directory)
      #expect(!third.contains(AssignmentID(7)))
      #expect(third.contains(AssignmentID(8)))
    }
  }

  @Test func `what has left the memory is still known`() throws {
    try withDirectory { directory in
      var finished = FinishedAssignments(directory: directory)
      let count = Int64(FinishedAssignments.kept + 100)
      for number in 1...count { try finished.insert(AssignmentID(number), now: 0) }
      #expect(finished.contains(AssignmentID(1)))
      #expect(finished.contains(AssignmentID(count)))
      #expect(!finished.contains(AssignmentID(count + 1)))
    }
  }
}

@Suite struct AgentCredentialTests {
  @Test func `a credential is read back, for its owner's eyes only`() throws {
    try withDirectory { directory in
      let state = directory + "/a/b"
      let credential = AgentCredential(
        agent: AgentID("id"), secret: "s=e", name: "n", server: "https://x", certificateFile: "/c")
      try credential.save(to: state)
      #expect(try AgentCredential.load(from: state) == credential)
      var status = stat()
      stat(AgentCredential.path(in: state), &status)
      #expect(status.st_mode & 0o777 == 0o600)
      stat(state, &status)
      #expect(status.st_mode & 0o777 == 0o700)
    }
  }

  @Test func `an agent that never enrolled has none`() throws {
    let credential = try withDirectory { try AgentCredential.load(from: $0) }
    #expect(credential == nil)
  }
}

/// A directory of this test's own, removed afterwards.
func withDirectory<R>(_ body: (String) throws -> R) throws -> R {
  let path = temporaryDirectory()
  defer { removeDirectory(path) }
  return try body(path)
}

func temporaryDirectory() -> String {
  var template = Array("/tmp/quarterdeck-agent-XXXXXX".utf8CString)
  return String(cString: mkdtemp(&template))
}

/// Removes a directory with all that is in it.
func removeDirectory(_ path: String) {
  for name in DirectoryListing.names(in: path) {
    let child = "\(path)/\(name)"
    if unlink(child) != 0 { removeDirectory(child) }
  }
  rmdir(path)
}
