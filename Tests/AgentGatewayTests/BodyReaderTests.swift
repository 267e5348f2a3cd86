import Hummingbird
import NIOCore
import Testing

@testable import AgentGateway

@Suite struct BodyReaderTests {
  private func reader(
    _ body: AsyncStream<ByteBuffer>, limit: Int = 100, timeout: Duration = .milliseconds(200)
  ) -> BodyReader {
    BodyReader(body: RequestBody(asyncSequence: body), limit: limit, timeout: timeout)
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
    let slow = reader(drip(30, every: .milliseconds(10)))
    #expect(try await slow.read() == [UInt8](repeating: 7, count: 30))
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
    let long = reader(drip(5, every: .zero), limit: 4)
    let refusal = await #expect(throws: AgentRefusal.self) { try await long.read() }
    #expect(refusal?.status == .contentTooLarge)
  }
}
