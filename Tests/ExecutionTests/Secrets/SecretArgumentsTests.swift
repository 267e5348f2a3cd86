import Glibc
import Model
import Testing

@testable import Execution

/// A secret in a command line is the environment's, not the arguments'.
@Suite struct SecretArgumentsTests {
  private static let secret = "a'b \"c\" $(id) `id` \\ *"

  private static var context: DataContext {
    var context = DataContext()
    let options = [
      JobOption(name: "pw", secure: true, valueExposed: true), JobOption(name: "plain"),
    ]
    context.add(
      ResolvedOptions(plain: ["plain": "x y"], secure: ["pw": secret]), of: options)
    return context
  }

  @Test(arguments: [
    "printf %s ${option.pw}", "printf %s \"${option.pw}\"", "printf %s '${option.pw}'",
    "printf %s \"$(printf %s ${option.pw})\"", "printf %s \"$(printf %s '${option.pw}')\"",
    "x=${option.pw}; printf %s \"$x\"", "# ${option.pw}'s\nprintf %s ${option.pw}",
  ]) func `no argument of the shell has the secret, and the command means the same`(
    text: String
  ) throws {
    let invocation = try StepInvocation(WorkflowStep(.exec(text)), in: Self.context)
    #expect(!invocation.arguments[2].contains("a'b"))
    #expect(!invocation.arguments[2].contains("$(id)"))
    #expect(try Self.output(invocation) == Self.secret)
  }

  @Test(arguments: [
    "printf %s `printf %s ${option.pw}`", "cat <<END\n${option.pw}\nEND",
    "printf %s \"`printf %s ${option.pw}`\"",
  ]) func `where no variable means the same, the value itself is quoted`(text: String) throws {
    let invocation = try StepInvocation(WorkflowStep(.exec(text)), in: Self.context)
    #expect(!invocation.arguments[2].contains("RD_OPTION_PW"))
  }

  @Test func `an option that is no secret stays in the line`() throws {
    let invocation = try StepInvocation(
      WorkflowStep(.exec("echo ${option.plain}")), in: Self.context)
    #expect(invocation.arguments[2] == "echo 'x y'")
  }

  @Test func `two options of one variable keep their own values`() throws {
    var context = DataContext()
    let names = ["a-b", "a_b"]
    context.add(
      ResolvedOptions(secure: ["a-b": "one", "a_b": "two"]),
      of: names.map { JobOption(name: $0, secure: true, valueExposed: true) })
    let invocation = try StepInvocation(
      WorkflowStep(.exec("printf %s ${option.a-b}-${option.a_b}")), in: context)
    #expect(try Self.output(invocation) == "one-two")
  }

  /// What the command prints in its environment.
  private static func output(_ invocation: StepInvocation) throws -> String {
    let words = invocation.environment.sorted { $0.key < $1.key }
      .map { ShellQuoting.argument("\($0.key)=\($0.value)") }
    let command =
      "env " + words.joined(separator: " ") + " "
      + invocation.arguments.map(ShellQuoting.argument).joined(separator: " ")
    let pipe = try #require(popen(command, "r"))
    var output: [UInt8] = []
    while case let byte = fgetc(pipe), byte != EOF { output.append(UInt8(byte)) }
    pclose(pipe)
    return String(decoding: output, as: UTF8.self)
  }
}
