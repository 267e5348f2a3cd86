import Glibc
import JSONPrograms
import TestSupport
import Testing

/// Programs that would take what they may not have: each is ended alone.
@Suite struct HostileProgramTests {
  @Test(
    arguments: [
      // Processor time.
      "def f: f; f", "[repeat(1)] | length", "last(range(1e12))", "until(false; .)",
      "while(true; .) | empty", "[0, 1] | combinations(40) | empty",
      "\"a\" * 1e6 | [match(\"a\"; \"g\")] | length",
      // Memory.
      "def f: [f]; f", "[range(1e9)] | length", "[] | .[1e9] = 1", "\"x\" * 1e8 | explode | length",
      "def f(g): f(g | g); f(.)",
      // The stack, when the value is let go.
      "reduce range(3000000) as $i (0; [.])",
      // Results, by number and by size.
      "range(200000)", "range(6) | [range(200000)]",
    ]) func `a program beyond its bounds is stopped`(program: String) async throws
  {
    let problem = await JSONProgramTests.problem(of: program, over: "0")
    guard case .stopped? = problem else {
      Issue.record("\(program): \(String(describing: problem))")
      return
    }
    #expect(try await JSONProgramTests.runner.results(of: ".", over: "1") == ["1"])
  }

  @Test func `the server's environment is not there`() async throws {
    #expect(getenv("PATH") != nil)
    let results = try await JSONProgramTests.runner.results(of: "env, $ENV, $ENV.PATH", over: "1")
    #expect(results == ["{}", "{}", "null"])
  }

  @Test(
    arguments: [
      #"import "known" as $k {search: "FOLDER"}; $k"#,
      #"import "known" as k {search: "FOLDER"}; k::secret"#,
      #"include "known" {search: "FOLDER"}; secret"#, #"module {}; import "known" as $k; $k"#,
    ]) func `a program that reads a file is no program`(program: String) async throws
  {
    let folder = try makeTemporaryFolder()
    defer { removeFolder(folder) }
    try writeFile("\(folder)/known.json", #"{"secret": "told"}"#)
    try writeFile("\(folder)/known.jq", #"def secret: "told";"#)
    let text = program.replacing("FOLDER", with: folder)
    guard case .program(let reason)? = await JSONProgramTests.problem(of: text) else {
      Issue.record("\(text) was taken")
      return
    }
    #expect(reason.contains("unexpected"))
  }

  @Test(
    arguments: [
      (#""known" | modulemeta"#, "modulemeta is not available"), ("input", "break"),
      ("input_line_number", "Unknown input line number"),
    ]) func `what reaches beyond the input is an error`(program: String, message: String) async
  {
    #expect(await JSONProgramTests.problem(of: program, over: "[1]") == .failed(message))
  }

  @Test(
    arguments: [
      ("[inputs]", ["[]"]), ("input_filename", ["null"]), ("[get_search_list]", ["[]"]),
      ("stderr", ["[1]"]), ("debug", ["[1]"]),
      ("., halt, .", ["[1]"]), ("\"x\" | halt_error", []), ("error(null)", []),
    ]) func `what would speak to a terminal or end jq has no effect on others`(
      program: String, expected: [String]
    ) async throws
  {
    #expect(try await JSONProgramTests.runner.results(of: program, over: "[1]") == expected)
  }

  @Test func `a program is ended when nobody waits for it any more`() async {
    let task = Task { await JSONProgramTests.problem(of: "def f: f; f") }
    task.cancel()
    guard case .unavailable(let reason)? = await task.value else {
      Issue.record("it was run to its bound")
      return
    }
    #expect(reason.contains("cancelled"))
  }
}
