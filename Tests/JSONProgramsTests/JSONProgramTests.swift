import JSONPrograms
import Testing

/// What programs give, in the process that they run in.
@Suite struct JSONProgramTests {
  static let runner = JSONProgramRunner.standard

  static func problem(of program: String, over input: String = "{}") async -> JSONProgramProblem? {
    do throws(JSONProgramProblem) {
      _ = try await runner.results(of: program, over: input)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    arguments: [
      (".a.b", ["1"]), (#".a["x y"]"#, [#""z""#]), (".l[-1].n", [#""q""#]),
      (".l[].n", [#""p""#, #""q""#]), (".a.b, .l[0].n", ["1", #""p""#]),
      ("{id: .a.b, first: .l[0].n}", [#"{"id":1,"first":"p"}"#]), (".none.deeper", ["null"]),
      (".a.b.c?", []), ("", [#"{"a":{"b":1,"x y":"z"},"l":[{"n":"p"},{"n":"q"}]}"#]),
      ("[.l[] | .n] | join(\"-\")", [#""p-q""#]), (".l | map(select(.n > \"p\")) | length", ["1"]),
      ("def twice: . * 2; .a.b | twice", ["2"]), (".a | to_entries | map(.key)", [#"["b","x y"]"#]),
      ("\"\\(.a.b) é\\n\"", [#""1 é\n""#]), ("reduce range(5) as $i (0; . + $i)", ["10"]),
      ("# only said\n.a.b", ["1"]), (".l[].n | test(\"^p\")", ["true", "false"]), ("empty", []),
    ] as [(String, [String])]) func `a program gives its results in their order`(
      program: String, expected: [String]
    ) async throws
  {
    let input = #"{"a":{"b":1,"x y":"z"},"l":[{"n":"p"},{"n":"q"}]}"#
    #expect(try await Self.runner.results(of: program, over: input) == expected)
    try await Self.runner.check(program)
  }

  @Test func `each value of an input is looked at`() async throws {
    let results = try await Self.runner.results(of: ".a", over: "{\"a\":1}\n{\"a\":[2]}\n")
    #expect(results == ["1", "[2]"])
  }

  @Test(
    arguments: [
      (
        ".a b",
        "jq: error: syntax error, unexpected IDENT, expecting $end at <top-level>, line 1: .a b"
      ),
      ("nothing_like_it", "jq: error: nothing_like_it/0 is not defined at <top-level>, line 1:"),
      ("$x", "$x is not defined"), ("{a", "syntax error"), ("a\u{0}b", "U+0000"),
      (String(repeating: " ", count: JSONProgramBounds.longestProgram + 1), "at most 16384 bytes"),
    ] as [(String, String)]) func `what is no program is refused in jq's words`(
      program: String, message: String
    ) async
  {
    guard case .program(let reason)? = await Self.problem(of: program) else {
      Issue.record("\(program) was taken")
      return
    }
    #expect(reason.contains(message), "\(reason)")
    await #expect(throws: JSONProgramProblem.program(reason)) {
      try await Self.runner.check(program)
    }
  }

  @Test(
    arguments: ["hello", "{\"a\":", "", " \n", "{} x", String(repeating: "[", count: 20_000)])
  func `what is no JSON is said`(input: String) async {
    guard case .input? = await Self.problem(of: ".", over: input) else {
      Issue.record("it was taken")
      return
    }
  }

  @Test func `an error of the program is its problem, and so is an input that is too long`() async {
    #expect(await Self.problem(of: "error(\"so it is\")") == .failed("so it is"))
    #expect(
      await Self.problem(of: ".a.b", over: #"{"a":1}"#)
        == .failed("Cannot index number with string \"b\""))
    let long = "\"" + String(repeating: "x", count: JSONProgramBounds.longestInput) + "\""
    guard case .input? = await Self.problem(of: ".", over: long) else {
      Issue.record("it was taken")
      return
    }
  }

  @Test func `without its process a program is not run, and nobody says that it is none`() async {
    let nobody = JSONProgramRunner(program: "/nonexistent/quarterdeck-jq")
    do throws(JSONProgramProblem) {
      try await nobody.check(".")
      Issue.record("it was checked")
    } catch {
      guard case .unavailable = error else {
        Issue.record("\(error)")
        return
      }
    }
  }
}
