import JobFormat
import Model
import Testing

@testable import Execution

@Suite struct JSONPathTests {
  private static let store = """
    {"store":{"book":[
      {"category":"reference","author":"Nigel Rees","title":"Sayings","price":8.95},
      {"category":"fiction","author":"Evelyn Waugh","title":"Sword","price":12.99},
      {"category":"fiction","author":"Herman Melville","title":"Moby Dick","isbn":"0-553","price":8.99}],
      "bicycle":{"color":"red","price":19.95}}, "a.b":{"it's":1}}
    """

  @Test(arguments: [
    ("$.store.book[*].author", #"["Nigel Rees","Evelyn Waugh","Herman Melville"]"#),
    ("$..author", #"["Nigel Rees","Evelyn Waugh","Herman Melville"]"#),
    ("$.store..price", "[8.95,12.99,8.99,19.95]"),
    ("$..book[2].title", #"["Moby Dick"]"#), ("$.store.book[-1].title", #""Moby Dick""#),
    ("$..book[0,1].title", #"["Sayings","Sword"]"#), ("$..book[:2].price", "[8.95,12.99]"),
    ("$..book[?(@.isbn)].title", #"["Moby Dick"]"#),
    ("$..book[?(@.price<10)].title", #"["Sayings","Moby Dick"]"#),
    ("$..book[?(@.price<10 && @.category == 'fiction')].title", #"["Moby Dick"]"#),
    ("$..book[?(!(@.isbn) || @.price >= 12)].price", "[8.95,12.99]"),
    ("$['store']['bicycle'].color", #""red""#), (#"$["a.b"]['it\'s']"#, "1"),
    ("$.[\"a.b\"]", #"{"it's":1}"#), ("store.bicycle.color", #""red""#),
    ("$.store.book[::2].price", "[8.95,8.99]"), ("$.store.bicycle.*", #"["red",19.95]"#),
  ])
  func `a path selects what it means`(path: String, expected: String) throws {
    let document = try JobValue(jsonText: Self.store)
    #expect(try JSONPath(path).select(in: document).jsonText == expected)
  }

  @Test(arguments: [
    "$.", "$[", "$['a", "$[?(@.a]", "$[?(@.a =~ 'x')]", "$.a()", "$.a b", "$[a]", "$.[]", "$[?()]",
    "$[1:2:0]", "$[?(@.a == )]",
    String(repeating: "$[?(", count: 9) + String(repeating: "(", count: 99),
  ])
  func `what is no path is refused`(path: String) {
    #expect(throws: JSONPathError.self) { try JSONPath(path) }
  }

  @Test func `a path that selects too much is given up`() throws {
    let list = "[" + [String](repeating: "[[[1]]]", count: 20_000).joined(separator: ",") + "]"
    let document = try JobValue(jsonText: list)
    let path = try JSONPath("$" + String(repeating: "..*", count: 12))
    #expect(throws: JSONPathError.self) { try path.select(in: document) }
  }

  @Test func `a single value that is not there is an error`() throws {
    let document = try JobValue(jsonText: Self.store)
    #expect(throws: JSONPathError.self) { try JSONPath("$.none").select(in: document) }
    #expect(try JSONPath("$..none").select(in: document).jsonText == "[]")
  }
}
