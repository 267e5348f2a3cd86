import Execution
import Model
import Testing

@testable import AgentGateway

@Suite struct LateDeliveriesTests {
  private func item(_ number: Int64) -> OpenWork.Item {
    OpenWork.Item(AssignmentID(number), of: ExecutionID(1), on: AgentID("a"))
  }

  @Test func `what is undelivered at two looks is late, and is said once`() {
    var deliveries = LateDeliveries()
    #expect(deliveries.look(at: [item(1)]) == [])
    #expect(deliveries.look(at: [item(2), item(1)]) == [item(1)])
    #expect(deliveries.look(at: [item(2), item(1)]) == [item(2)])
    #expect(deliveries.look(at: [item(1)]) == [])
  }

  @Test func `what was delivered between two looks is not late`() {
    var deliveries = LateDeliveries()
    #expect(deliveries.look(at: [item(1)]) == [])
    #expect(deliveries.look(at: []) == [])
    #expect(deliveries.look(at: [item(1)]) == [])
  }
}
