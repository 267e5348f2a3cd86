import Model
import Testing

@testable import Execution

@Suite struct DataContextTests {
  static let context: DataContext = {
    var context = DataContext()
    var resolved = ResolvedOptions()
    resolved.plain = ["msg": "two words", "evil": "'; rm -rf / #`id`$(id)\"\\", "plain": "x-1"]
    resolved.secure = ["open": "seen", "shut": "it's hidden"]
    context.add(
      resolved,
      of: [
        JobOption(name: "msg"), JobOption(name: "open", secure: true, valueExposed: true),
        JobOption(name: "shut", secure: true),
      ])
    context.add(
      Node(
        name: "web1", tags: ["b", "a"],
        attributes: ["osFamily": "unix", "hostname": "h1", "free": "f"]))
    context.add(RunFacts(jobName: "A job", execution: "7", project: "p", user: "admin"))
    return context
  }()

  private func expand(_ text: String) throws -> String {
    try ReferenceExpansion(context: Self.context).expand(text)
  }

  @Test(arguments: [
    ("${option.msg}", "two words"), ("${job.name}/${job.execid}", "A job/7"),
    ("${job.execIdForLogStore}", "7"),
    ("${node.name} ${node.os-family} ${node.tags} ${node.free}", "web1 unix a,b f"),
    ("${job.username} ${job.user.name}", "admin admin"), ("<${option.none}>", "<>"),
    ("<${none.such}${node.description}>", "<>"), ("${unquotedoption.plain}", "x-1"),
    ("<${option.shut}>", "<>"), ("${option.open}", "seen"),
    (
      "${HOME} ${f%.*} ${x:-a.b} $5.00 ${} ${. ${a.b",
      "${HOME} ${f%.*} ${x:-a.b} $5.00 ${} ${. ${a.b"
    ),
    ("${1:exec.exitCode*}", ""),
  ])
  func `a reference is replaced by its value`(text: String, expected: String) throws {
    #expect(try expand(text) == expected)
  }

  @Test(arguments: [
    ("a@option.msg@b", "atwo wordsb"), ("user@@mail.@option.plain@", "user@mail.x-1"),
    ("user@@@option.plain@", "user@x-1"),
    ("Hi user@somewhere, @option.plain@!", "Hi user@somewhere, x-1!"),
    ("<@option.none@>", "<>"), ("@@option.msg@@", "@option.msg@"),
    ("\"${a[@]}\" @", "\"${a[@]}\" @"),
    ("@node.name@", "web1"),
  ])
  func `a token in a script is replaced by its value`(script: String, expected: String) throws {
    #expect(try ReferenceExpansion(context: Self.context).expandTokens(script) == expected)
  }

  @Test func `the environment has a variable for each value but hidden secrets`() {
    let environment = Self.context.environment()
    #expect(environment["RD_OPTION_MSG"] == "two words")
    #expect(environment["RD_JOB_EXECID"] == "7")
    #expect(environment["RD_JOB_USER_NAME"] == "admin")
    #expect(environment["RD_NODE_OS_FAMILY"] == "unix")
    #expect(environment["RD_OPTION_OPEN"] == "seen")
    #expect(environment["RD_OPTION_SHUT"] == nil)
    #expect(Self.context.environment(withSecureOptions: false)["RD_OPTION_OPEN"] == nil)
  }
}
