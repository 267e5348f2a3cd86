import Glibc
import Model
import Testing

@testable import Execution

@Suite struct StepInvocationTests {
  private let context = DataContextTests.context

  private func command(_ text: String) throws -> String {
    try StepInvocation(WorkflowStep(.exec(text)), in: context).arguments[2]
  }

  @Test(arguments: [
    ("echo ${option.plain}", "echo x-1"), ("echo ${option.msg}", "echo 'two words'"),
    ("echo \"hi ${option.msg}\"", "echo \"hi two words\""),
    ("echo 'a ${option.msg}'", "echo 'a two words'"),
    ("echo ${unquotedoption.msg}", "echo two words"), ("echo [${option.none}]", "echo []"),
    ("echo $HOME ${HOME}", "echo $HOME ${HOME}"),
  ])
  func `a value in a command is quoted where it needs it`(text: String, expected: String) throws {
    #expect(try command(text) == expected)
  }

  @Test(arguments: [
    "printf %s ${option.evil}", "printf %s \"${option.evil}\"", "printf %s '${option.evil}'",
    "printf %s \"$(printf %s ${option.evil})\"", "printf %s \"$(printf %s \"${option.evil}\")\"",
    "printf %s \"`printf %s ${option.evil}`\"", "# it's a comment\nprintf %s ${option.evil}",
    "printf %s \\\"${option.evil} | cut -c2- | tr -d '\\n'", "x=${option.evil}; printf %s \"$x\"",
  ])
  func `no value gets out of its place in a command`(text: String) throws {
    #expect(try shell(command(text)) == "'; rm -rf / #`id`$(id)\"\\")
  }

  /// What the command prints when the host's shell runs it.
  private func shell(_ command: String) throws -> String {
    let quoted =
      "'"
      + command.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
    let pipe = try #require(popen("exec /bin/sh -c " + quoted, "r"))
    var output: [UInt8] = []
    while case let byte = fgetc(pipe), byte != EOF { output.append(UInt8(byte)) }
    pclose(pipe)
    return String(decoding: output, as: UTF8.self)
  }

  private func script(_ step: ScriptStep) throws -> StepInvocation {
    try StepInvocation(WorkflowStep(.script(step)), in: context)
  }

  @Test func `a script without an interpreter is started itself, or by the shell`() throws {
    let bare = try script(ScriptStep(text: "echo @node.name@", arguments: "-a ${option.msg} 'x y'"))
    #expect(bare.arguments == ["/bin/sh", "\u{0}", "-a", "two words", "x y"])
    #expect(bare.script == Array("echo web1".utf8))
    let own = try script(ScriptStep(text: "#!/usr/bin/env bash\r\necho\r\n", fileExtension: ".sh"))
    #expect(own.arguments == ["\u{0}"])
    #expect(own.script == Array("#!/usr/bin/env bash\necho\n".utf8))
    #expect(own.scriptExtension == "sh")
    #expect(try script(ScriptStep(text: "x", fileExtension: "../x")).scriptExtension == nil)
  }

  @Test func `an interpreter gets script and arguments apart, or as one quoted argument`() throws {
    var step = ScriptStep(
      text: "x", arguments: "${node.name} ${option.msg}", interpreter: "bash -c")
    #expect(try script(step).arguments == ["bash", "-c", "\u{0}", "web1", "two words"])
    step.interpreterArgsQuoted = true
    #expect(try script(step).arguments == ["bash", "-c", "\u{0} web1 'two words'"])
    step.arguments = "${unquotedoption.msg}"
    step.interpreterArgsQuoted = false
    #expect(try script(step).arguments == ["bash", "-c", "\u{0}", "two", "words"])
  }

  @Test func `a script keeps its tokens where the step says so`() throws {
    let step = ScriptStep(text: "@option.msg@ @@", expandTokens: false)
    #expect(try script(step).script == Array("@option.msg@ @@".utf8))
  }

  @Test func `secrets go to standard input and not into the environment`() throws {
    var step = ScriptStep(text: "#!/bin/sh\necho x", passSecureInput: true, secureFormat: "shell")
    let invocation = try script(step)
    let input = "RD_OPTION_OPEN=seen\nRD_OPTION_SHUT='it'\\''s hidden'\n"
    #expect(invocation.standardInput == Array(input.utf8))
    #expect(invocation.environment["RD_OPTION_OPEN"] == nil)
    #expect(invocation.script == Array("#!/bin/sh\necho x".utf8))
    step.autoSecureInput = true
    #expect(try script(step).script == Array("#!/bin/sh\neval \"$(cat)\"\necho x".utf8))
  }

  @Test func `a step that cannot be run says which kind it is`() {
    let step = WorkflowStep(.other(OtherStep(type: "jobref", nodeStep: false, definition: [:])))
    #expect(throws: StepInvocationError.unsupported(type: "jobref")) {
      _ = try StepInvocation(step, in: context)
    }
  }

  @Test func `a quote without its end in the arguments is an error`() {
    let step = WorkflowStep(.script(ScriptStep(text: "x", arguments: "'a")))
    #expect(throws: StepInvocationError.arguments(.unterminatedQuote("a"))) {
      _ = try StepInvocation(step, in: context)
    }
  }
}
