import Model
import NodeFilter
import Testing

@Suite struct NodeFilterTests {
  private static let nodes = [
    Node(name: "abc-1", tags: ["test", "abc"], attributes: ["hostname": "h1", "foo": "bar"]),
    Node(name: "abc-2", tags: ["test", "demo", "www", "prod"], attributes: ["osFamily": "unix"]),
    Node(name: "1-xyz", tags: ["demo", "www"], attributes: ["foo": "bar", "docker:Host": "rmq"]),
    Node(name: "c++", tags: [], attributes: ["hostname": "two words", "osFamily": "windows"]),
  ]

  private func names(_ filter: String) throws -> [String] {
    try NodeFilter(parsing: filter).select(Self.nodes).map(\.name)
  }

  @Test(
    arguments: [
      ("tags:test", ["abc-1", "abc-2"]), ("tags: demo", ["abc-2", "1-xyz"]),
      ("name:abc.*", ["abc-1", "abc-2"]), ("name:.*abc", []), ("name:.*xyz", ["1-xyz"]),
      ("foo:bar", ["abc-1", "1-xyz"]), (".*", ["abc-1", "abc-2", "1-xyz", "c++"]),
      ("tags: www+prod", ["abc-2"]), ("tags: www+prod,abc", ["abc-1", "abc-2"]),
      ("abc-1 abc-2", ["abc-1", "abc-2"]), ("abc.* 1-xyz", ["1-xyz"]),
      ("name: abc-1 name: 1-xyz", ["abc-1", "1-xyz"]), ("name: abc-1,1-xyz", ["abc-1", "1-xyz"]),
      ("!name: abc.*", ["1-xyz", "c++"]), ("!tags: test !name: c++", ["1-xyz"]),
      ("tags: test !name: abc-2", ["abc-1"]), ("hostname: \"two words\"", ["c++"]),
      ("hostname:'two words'", ["c++"]), ("c++", ["c++"]), ("docker:Host: rmq", ["1-xyz"]),
      ("os-family: unix", ["abc-2"]), ("osFamily: unix|windows", ["abc-2", "c++"]),
      ("missing: .*", []), ("", ["abc-1", "abc-2", "1-xyz", "c++"]),
      ("tags: te.t", ["abc-1", "abc-2"]),
    ] as [(String, [String])])
  func `a filter selects what its clauses say`(filter: String, expected: [String]) throws {
    #expect(try names(filter) == expected)
  }

  @Test func `a filter that is no filter says why`() {
    #expect(throws: NodeFilterError.missingValue(attribute: "name")) {
      try NodeFilter(parsing: "abc name:")
    }
    #expect(throws: NodeFilterError.missingValue(attribute: "tags")) {
      try NodeFilter(parsing: "tags: name: x")
    }
    #expect(throws: NodeFilterError.missingAttribute(":x")) { try NodeFilter(parsing: ":x") }
    #expect(throws: NodeFilterError.unterminatedQuote("\"x")) {
      try NodeFilter(parsing: "name: \"x")
    }
  }

  @Test func `an expression that is none, or that takes too long, is named`() throws {
    let broken = #expect(throws: NodeFilterError.self) {
      try NodeFilter(parsing: "name: [web")
    }
    #expect("\(try #require(broken))".contains("'nodename' is no regular expression: [web ("))
    #expect(throws: Never.self) { try NodeFilter(parsing: "name: [web,(db") }
    let slow = try NodeFilter(parsing: "!tags: (a+)+$")
    let node = Node(name: "n", tags: [String(repeating: "a", count: 5_000) + "!"])
    #expect(throws: NodeFilterError.slowExpression(attribute: "tags", "(a+)+$")) {
      try slow.select([node])
    }
  }

  @Test func `without exclude precedence an excluded node that is included stays`() throws {
    let filter = try NodeFilter(parsing: "tags: test !tags: demo")
    #expect(try filter.select(Self.nodes).map(\.name) == ["abc-1"])
    let kept = try filter.select(Self.nodes, excludePrecedence: false).map(\.name)
    #expect(kept == ["abc-1", "abc-2", "c++"])
  }

  @Test func `the exclude filter of a job takes nodes away`() throws {
    let selection = try NodeSelection(NodeDispatch(filter: ".*", excludeFilter: "tags: demo"))
    #expect(try selection.select(Self.nodes).map(\.name) == ["abc-1", "c++"])
    #expect(try NodeSelection(NodeDispatch(filter: "")).select(Self.nodes).isEmpty)
  }

  @Test func `nodes are ranked by number, then by text, and those without a rank come last`() {
    let nodes = ["10", "9", nil, "b", nil].enumerated().map { index, rank in
      Node(name: "n\(index)", attributes: rank.map { ["rank": $0] } ?? [:])
    }
    let ascending = NodeRanking(attribute: "rank", order: .ascending).sorted(nodes)
    #expect(ascending.map(\.name) == ["n1", "n0", "n3", "n2", "n4"])
    let descending = NodeRanking(attribute: "rank", order: .descending).sorted(nodes)
    #expect(descending.map(\.name) == ["n3", "n0", "n1", "n4", "n2"])
    let named = NodeRanking(attribute: "nodename", order: .descending).sorted(nodes)
    #expect(named.map(\.name) == ["n4", "n3", "n2", "n1", "n0"])
  }
}
