import Glibc
import Spool
import StepSupervisor
import Testing

@Suite(.timeLimit(.minutes(10)), .enabled(if: geteuid() == 0, "only root may become others"))
struct SupervisorUserTests {
  private static let other = StepCredentials(
    name: "other", user: 54_321, group: 54_322, groups: [54_322, 54_323], home: "/usr/share")

  private static func order(_ text: String) -> StepOrder {
    .shell(text) {
      $0.credentials = other
      $0.environment += ["HOME=/root", "USER=root", "X=y"]
    }
  }

  @Test func `a step is its user in everything, from the beginning`() async throws {
    let frames = try await SupervisedStep.run(
      Self.order(
        """
        id -u; id -g; id -G; pwd; echo $HOME $USER $LOGNAME $X
        grep -E '^(Uid|Gid|CapEff|SigBlk)' /proc/self/status; cat; echo named > /dev/stderr
        """))
    #expect(
      frames.lines(.stdout) == [
        "54321", "54322", "54322 54323", "/usr/share", "/usr/share other other y",
        "Uid:\t54321\t54321\t54321\t54321", "Gid:\t54322\t54322\t54322\t54322",
        "SigBlk:\t0000000000000000", "CapEff:\t0000000000000000",
      ])
    #expect(frames.lines(.stderr) == ["named"])
    #expect(frames.end?.exitCode == 0)
  }

  @Test func `the script belongs to the user and goes with the step`() async throws {
    var template = Array("/tmp/quarterdeck-scripts-XXXXXX".utf8CString)
    let directory = String(cString: mkdtemp(&template))
    defer { rmdir(directory) }
    chmod(directory, 0o711)
    var order = Self.order("")
    order.script = Array("#!/bin/sh\nstat -c '%u %g %a' $0; cat".utf8)
    order.scriptPath = "\(directory)/1.script"
    order.arguments = ["\(directory)/1.script"]
    order.standardInput = Array("input".utf8)
    let frames = try await SupervisedStep.run(order)
    #expect(frames.lines(.stdout) == ["54321 54322 700", "input"])
    #expect(access("\(directory)/1.script", F_OK) != 0)
  }

  @Test func `a directory that only root may enter is none for the step`() async throws {
    var order = Self.order("pwd")
    order.workingDirectory = "/root"
    let frames = try await SupervisedStep.run(order)
    #expect(frames.map(\.kind) == [.notStarted])
    #expect(frames.last?.text == "working directory /root: Permission denied")
    order.workingDirectory = nil
    order.credentials?.home = "/root"
    #expect(try await SupervisedStep.run(order).lines(.stdout) == ["/"])
  }

  @Test func `a program that only root may run is refused`() async throws {
    let path = "/tmp/quarterdeck-program-\(UInt64.random(in: 0 ... .max))"
    close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o700))
    defer { unlink(path) }
    var order = Self.order("")
    order.arguments = [path]
    #expect(try await SupervisedStep.run(order).last?.text == "\(path): Permission denied")
  }

  @Test func `no number means that the step stays who the agent is`() async throws {
    for change in [{ $0.user = .max }, { $0.group = .max }] as [(inout StepCredentials) -> Void] {
      var order = Self.order("id")
      change(&order.credentials!)
      #expect(try await SupervisedStep.run(order).map(\.kind) == [.notStarted])
    }
  }

  @Test func `a step of another user is ended like any other`() async throws {
    let step = try SupervisedStep(Self.order("trap '' TERM; echo $$; while :; do sleep 100; done"))
    let running = try await step.frames { $0.printedProcesses.count == 1 }.printedProcesses
    step.end(grace: 10)
    #expect(try await step.finished().end?.reason == .killed)
    #expect(!running.contains(where: isThere))
  }
}
