import Glibc
import Spool
import Testing
import Wire

@testable import Agent

/// What a step finds around it, whatever the agent was started with.
@Suite(.timeLimit(.minutes(10))) struct StepSurroundingsTests {
  private static let serviceManager = [
    "NOTIFY_SOCKET": "/run/systemd/notify", "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1",
    "JOURNAL_STREAM": "8:1", "LISTEN_FDS": "1", "LISTEN_PID": "1", "LISTEN_FDNAMES": "x",
    "INVOCATION_ID": "1", "STATE_DIRECTORY": "/x", "CREDENTIALS_DIRECTORY": "/x",
    "QUARTERDECK_AGENT_SERVER": "https://x", "LD_PRELOAD": "",
  ]

  @Test func `a step's environment is the small one, the job's variables and the step's mark`()
    async throws
  {
    let own = [
      "PATH": "/usr/bin:/bin", "HOME": "/", "USER": "u", "LOGNAME": "u", "SHELL": "/bin/sh",
    ]
    let bench = AgentBench(environment: own.merging(Self.serviceManager) { $1 })
    var specification = StepSpecification(arguments: ["env"])
    specification.environment = ["RD_JOB_NAME": "a\u{1}b = c", "USER": "job's"]
    let frames = try await bench.run(specification)
    let lines = Set(frames.text(.stdout).split(separator: "\n").map(String.init))
    #expect(
      lines == [
        "PATH=/usr/bin:/bin", "HOME=/", "USER=job's", "LOGNAME=u", "SHELL=/bin/sh",
        "RD_JOB_NAME=a\u{1}b = c", "QUARTERDECK_STEP=\(bench.directory)/1.spool",
      ])
  }

  @Test func `what the agent's environment lacks comes from its account`() {
    let account = StepEnvironment.Account(name: "n", home: "/h", shell: "/s")
    let environment = StepEnvironment(of: ["LANG": "C", "HOME": ""], account: account)
    #expect(
      environment.variables.filter { $0.key != "PATH" } == [
        "LANG": "C", "HOME": "/h", "USER": "n", "LOGNAME": "n", "SHELL": "/s",
      ])
    #expect(environment.variables["PATH"]?.hasSuffix("/usr/sbin:/usr/bin:/sbin:/bin") == true)
  }

  @Test(arguments: [("/usr", "/usr"), ("/no/such/home", "/"), ("/etc/passwd", "/")])
  func `a step that names no directory starts at home, or at the root without one`(
    home: String, expected: String
  ) async throws {
    let bench = AgentBench(environment: ["PATH": "/usr/bin:/bin", "HOME": home])
    #expect(try await bench.run(.shell("pwd")).text(.stdout) == "\(expected)\n")
  }

  @Test func `what a step makes has the usual mode, and a broken pipe ends it`() async throws {
    let bench = AgentBench()
    let frames = try await bench.run(
      .shell("umask; yes | head -1; ulimit -c; readlink /proc/self/fd/0; kill -PIPE $$"))
    let lines = frames.text(.stdout).split(separator: "\n")
    #expect(lines.first == "0022" && lines.contains("y") && lines.last == "/dev/null")
    #expect(frames.ended?.signal == SIGPIPE)
  }

  @Test func `a step leads a session of its own`() async throws {
    let frames = try await AgentBench().run(.shell("echo $(cut -d' ' -f6 /proc/self/stat) $$"))
    let numbers = frames.text(.stdout).dropLast().split(separator: " ")
    #expect(numbers.count == 2 && numbers[0] == numbers[1])
  }
}
