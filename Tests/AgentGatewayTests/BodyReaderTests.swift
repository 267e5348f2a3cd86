import Hummingbird
import NIOCore
import TestSupport
import Testing

@testable import AgentGateway

@Suite struct BodyReaderTests {
  private func reader(
    _ body: AsyncStream<ByteBuffer>, limit: Int = 100, timeout: Duration
  ) -> BodyReader<ContinuousClock> {
    BodyReader(
      body: RequestBody(asyncSequence: body), limit: limit, timeout: timeout, clock: .continuous)
  }

  /// Pieces of one byte with a pause before each.
  private func drip(_ count: Int, every pause: Duration) -> AsyncStream<ByteBuffer> {
    let left = Counter(count)
    return AsyncStream {
      try? await Task.sleep(for: pause)
      return await left.next() ? ByteBuffer(bytes: [7]) : nil
    }
  }

  private actor Counter {
    private var left: Int
    init(_ count: Int) { left = count }
    func next() -> Bool {
      left -= 1
      return left >= 0
    }
  }

  @Test func `a slow body arrives as long as it goes on`() async throws {
    let clock = ManualClock()
    let left = Counter(12)
    let body = AsyncStream {
      clock.advance(by: .seconds(45))
      return await left.next() ? ByteBuffer(bytes: [7]) : nil
    }
    let slow = BodyReader(
      body: RequestBody(asyncSequence: body), limit: 100, timeout: .seconds(60), clock: clock)
    let bytes = try await slow.read()
    #expect(bytes == [UInt8](repeating: 7, count: 12))
  }

  @Test func `a body that is silent is given up`() async throws {
    let silent = reader(drip(2, every: .seconds(3600)), timeout: .milliseconds(20))
    let refusal = await #expect(throws: AgentRefusal.self) { try await silent.read() }
    #expect(refusal?.status == .requestTimeout)
  }

  @Test func `a body that never ends is given up after the tenfold`() async throws {
    let endless = reader(
      drip(.max, every: .milliseconds(1)), limit: .max, timeout: .milliseconds(30))
    let refusal = await #expect(throws: AgentRefusal.self) { try await endless.read() }
    #expect(refusal?.status == .requestTimeout)
  }

  @Test func `a body over the limit is refused`() async throws {
    let long = reader(drip(5, every: .zero), limit: 4, timeout: .seconds(3600))
    let refusal = await #expect(throws: AgentRefusal.self) { try await long.read() }
    #expect(refusal?.status == .contentTooLarge)
  }
}
