import Testing

@testable import Notifications

@Suite struct DeliveryLanesTests {
  @Test func `a receiver takes its own lanes and no more`() {
    var lanes = DeliveryLanes(total: 8, each: 3)
    let wishes = lanes.wishes(for: ["a", "b", "c"])
    #expect(wishes.map(\.receiver) == ["a", "b", "c"])
    #expect(wishes.map(\.limit) == [3, 3, 2])
    for _ in 0..<3 { lanes.take("a") }
    #expect(!lanes.wishes(for: ["a"]).contains { $0.receiver == "a" })
    lanes.free("a")
    #expect(lanes.wishes(for: ["a"]).map(\.limit) == [1])
  }

  @Test func `who did not answer lately has one lane, and all of those half of them`() {
    var lanes = DeliveryLanes(total: 8, each: 4)
    let slow = (0..<10).map { "slow\($0)" }
    for receiver in slow { lanes.note(receiver, hangs: true) }
    let wishes = lanes.wishes(for: slow + ["well"])
    let ofSlow = wishes.filter { $0.receiver != "well" }
    #expect(ofSlow.allSatisfy { $0.limit == 1 } && ofSlow.count == 4)
    #expect(wishes.first { $0.receiver == "well" }?.limit == 4)
    lanes.note("slow3", hangs: false)
    #expect(lanes.wishes(for: ["slow3"]).map(\.limit) == [4])
  }

  @Test func `each receiver has its turn`() {
    var lanes = DeliveryLanes(total: 2, each: 1)
    let due = ["a", "b", "c", "d"]
    #expect(lanes.wishes(for: due).map(\.receiver) == ["a", "b"])
    #expect(lanes.wishes(for: due).map(\.receiver) == ["c", "d"])
    #expect(lanes.wishes(for: due).map(\.receiver) == ["a", "b"])
  }
}
