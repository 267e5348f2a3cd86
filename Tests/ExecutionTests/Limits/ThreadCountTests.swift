import Model
import Testing

@testable import Execution

@Suite struct ThreadCountTests {
  private func count(_ text: String, _ options: [String: String] = [:]) throws -> Int {
    try ThreadCount.of(NodeDispatch(filter: ".*", threadcount: text), options: options)
  }

  @Test func `a thread count is a number, or an option's value`() throws {
    #expect(try ThreadCount.of(nil, options: [:]) == 1)
    #expect(try count("4") == 4)
    #expect(try count("${option.t}", ["t": " 12 "]) == 12)
    #expect(try count("${option.t}") == 1, "an option without a value says nothing")
  }

  @Test(arguments: ["0", "-3", "many", "1.5"])
  func `an option that makes nothing of it refuses the run`(value: String) {
    #expect(throws: LaunchError.self) { try count("${option.t}", ["t": value]) }
  }
}
