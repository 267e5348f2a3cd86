import TestSupport
import Testing

@testable import Scheduler

@Suite struct DueHeapTests {
  @Test(arguments: 1...20)
  func `the first slot is the one that is due first, whatever is changed and removed`(
    seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    var heap = DueHeap()
    var model: [Int32: Int64] = [:]
    for _ in 0..<2_000 {
      let slot = Int32.random(in: 0..<200, using: &random)
      if Int.random(in: 0..<3, using: &random) == 0 {
        heap.remove(slot)
        model[slot] = nil
      } else {
        let due = Int64.random(in: 0..<1_000, using: &random)
        heap.set(slot, due: due)
        model[slot] = due
      }
      #expect(heap.count == model.count)
      #expect(heap.first?.due == model.values.min())
      #expect(heap.first.map { model[$0.slot] == $0.due } ?? model.isEmpty)
    }
  }

  @Test func `what is taken out one after the other comes in the order of time`() {
    var random = SeededGenerator(seed: 7)
    var heap = DueHeap()
    for slot in Int32(0)..<500 { heap.set(slot, due: .random(in: 0..<100, using: &random)) }
    var last = Int64.min
    while let (slot, due) = heap.first {
      #expect(due >= last)
      #expect(heap.contains(slot))
      last = due
      heap.remove(slot)
      #expect(!heap.contains(slot))
    }
    #expect(heap.count == 0)
  }
}
