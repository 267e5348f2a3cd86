import StepSupervisor
import Testing

@Suite struct KillRequestTests {
  @Test func `the first process without a grace is the host that stops`() {
    let request = KillRequest(sender: 1, value: nil)
    #expect(request.isOfHost && request.grace == nil)
  }

  @Test func `an agent sends a grace along, also as a container's first process`() {
    let request = KillRequest(sender: 1, value: 5000)
    #expect(!request.isOfHost && request.grace == 5000)
  }

  @Test func `anybody else may end a step, with its own grace`() {
    let request = KillRequest(sender: 77, value: nil)
    #expect(!request.isOfHost && request.grace == nil)
  }
}
