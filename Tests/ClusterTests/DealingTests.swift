import Testing

@testable import Cluster

@Suite struct DealingTests {
  @Test func `equal weights take turns`() {
    #expect(Dealing.order([("a", 3), ("b", 3), ("c", 3)]) == ["a", "b", "c"])
  }

  @Test func `shares follow the weights to an eighth, and everybody gets something`() {
    let order = Dealing.order([("a", 100), ("b", 50), ("c", 1)])
    #expect(order.count { $0 == "a" } == 8)
    #expect(order.count { $0 == "b" } == 4)
    #expect(order.count { $0 == "c" } == 1)
    #expect(order.first == "a")
  }

  @Test func `one taker and none`() {
    #expect(Dealing.order([("a", 17)]) == ["a"])
    #expect(Dealing.order([(taker: String, weight: Int)]()).isEmpty)
  }
}
