import Testing

@testable import StepSupervisor

@Suite struct StepOrderTests {
  private static let order = StepOrder(
    arguments: ["sh", "-c", "ä\u{1}\n", ""], environment: ["A=1", "B="], workingDirectory: "/w",
    standardInput: [0, 255], script: [], scriptPath: "/s", graceMilliseconds: .max,
    timeoutMilliseconds: 0, bootID: "boot")

  @Test func `an order survives the way to the supervisor`() throws {
    let read = try StepOrder(bytes: Self.order.bytes)
    #expect(read == Self.order)
    let least = StepOrder(arguments: ["true"], bootID: "")
    let readLeast = try StepOrder(bytes: least.bytes)
    #expect(readLeast == least)
  }

  @Test func `a field of a later version is skipped`() throws {
    let read = try StepOrder(bytes: [200, 3, 0, 0, 0, 1, 2, 3] + Self.order.bytes)
    #expect(read == Self.order)
  }

  @Test func `bytes that end inside a field, or name no program, are refused`() {
    let bytes = Self.order.bytes
    // Without the last field's last byte, inside a header, and with a length beyond the end.
    for damaged in [Array(bytes.dropLast()), Array(bytes[..<3]), [1, 255, 255, 255, 255, 0], []] {
      #expect(throws: StepOrder.Malformed.self) { try StepOrder(bytes: damaged) }
    }
  }
}
