import Model
import Testing

@testable import Execution

/// Which values lines of output give.
@Suite struct StepCaptureTests {
  private static func capture(
    _ type: String, _ config: [String: String] = [:], _ lines: [String],
    room: Int = StepCapture.mostBytes
  ) async -> StepCapture.Result {
    var capture = StepCapture([LogFilterDefinition(type: type, config: config)], room: room)
    for line in lines { capture.take(line) }
    return await capture.finish()
  }

  @Test func `a marked line gives a name and a value`() async {
    let result = await Self.capture(
      "key-value-data", ["logData": "true"],
      ["hello", "RUNDECK:DATA:ip = 10.1.1.2", " RUNDECK:DATA:no=1", "RUNDECK:DATA:a b${c}=x=y"])
    #expect(result.values == ["ip": "10.1.1.2", "a_b__c_": "x=y"])
    #expect(result.shown == [#"{"a_b__c_":"x=y","ip":"10.1.1.2"}"#])
    #expect(result.problems.isEmpty)
  }

  @Test func `one group is the value of the filter's name, and the last line counts`() async {
    let result = await Self.capture(
      "key-value-data", ["regex": "^size: (.+)$", "name": "size"], ["size: 1", "size: 2", "x"])
    #expect(result.values == ["size": "2"])
    #expect(result.shown.isEmpty)
  }

  @Test func `a part of a line counts only where the filter says so`() async {
    let config = ["regex": #"(\w+)=(\w+)"#]
    #expect(await Self.capture("key-value-data", config, ["x a=1 b=2"]).values.isEmpty)
    let parts = config.merging(["matchSubstrings": "true"]) { _, new in new }
    #expect(await Self.capture("key-value-data", parts, ["x a=1 b=2"]).values == ["a": "1"])
    let all = parts.merging(["allowMultipleMatches": "true"]) { _, new in new }
    #expect(
      await Self.capture("key-value-data", all, ["x a=1 b=2"]).values == ["a": "1", "b": "2"])
  }

  @Test func `several lines are one value`() async {
    let result = await Self.capture(
      "key-value-data-multilines", ["regex": #"^\s*User Comments:\s*(.*)"#, "name": "log"],
      ["User Comments: This is a", "test", "", "done"])
    #expect(result.values == ["log": "This is a\ntest\ndone\n"])
  }

  @Test func `each line adds to its name`() async {
    let result = await Self.capture(
      "key-value-data-multilines",
      ["regex": #"(\w+)\s(\d+)"#, "captureMultipleKeysValues": "true"],
      ["hello 1", "world 2", "hello 3", "", "done"])
    #expect(result.values == ["hello": "1\n3", "world": "2"])
    let named = await Self.capture(
      "key-value-data-multilines",
      ["regex": #"(\w+\s\d+)"#, "name": "all", "captureMultipleKeysValues": "true"],
      ["hello 1", "world 2"])
    #expect(named.values == ["all": "hello 1\nworld 2"])
  }

  @Test(arguments: ["json-mapper", "json-jq"]) func `JSON gives a value for each path`(
    type: String
  ) async {
    let lines = [#"{"a":{"b":1.5,"c":"x"},"#, #""l":[1,"z"],"t":true,"n":null}"#]
    #expect(
      await Self.capture(type, [:], lines).values
        == ["a.b": "1.5", "a.c": "x", "l": #"[1,"z"]"#, "t": "true", "n": "null"])
    #expect(await Self.capture(type, ["filter": ".a.c"], lines).values == ["result": "x"])
    #expect(
      await Self.capture(type, ["filter": ".l", "prefix": "p"], lines).values
        == ["p.0": "1", "p.1": "z"])
  }

  @Test(
    arguments: [
      ("key-value-data", ["regex": "("], ["x"], "not valid"),
      ("key-value-data", ["regex": "x"], ["x"], "no capturing group"),
      ("key-value-data", ["regex": "(x)"], ["x"], "needs a name"),
      ("json-mapper", ["filter": "map(.a"], ["{}"], "cannot be used: jq: error: syntax error"),
      ("json-mapper", ["filter": ".a.b"], [#"{"a":1}"#], "Cannot index number with"),
      ("json-mapper", ["filter": "def f: f; f"], ["{}"], "takes longer than"),
      ("json-mapper", [:], ["hello"], "no JSON"),
      (
        "key-value-data", ["regex": "^(a+)+$", "name": "n"],
        [String(repeating: "a", count: 60) + "b"], "takes too long"
      ),
    ] as [(String, [String: String], [String], String)])
  func `what cannot be captured is said`(
    type: String, config: [String: String], lines: [String], message: String
  ) async {
    let result = await Self.capture(type, config, lines)
    #expect(result.values.isEmpty)
    #expect(result.problems.count == 1)
    #expect(result.problems.first?.contains(message) == true)
  }

  @Test func `what is too much is not kept, and that is said`() async {
    let result = await Self.capture(
      "key-value-data", ["regex": "^(.)(.+)$"], ["a123", "b456", "c789"], room: 9)
    #expect(result.values == ["a": "123", "b": "456"])
    #expect(result.problems.count == 1)
  }

  @Test func `other filters capture nothing`() async {
    let result = await Self.capture("mask-passwords", [:], ["RUNDECK:DATA:a=b"])
    #expect(result == StepCapture.Result())
  }
}
