import ServiceManager
import Synchronization
import Testing

@Suite struct WatchdogFeederTests {
  let socket = NotifySocket()
  var notifier: ServiceNotifier {
    ServiceNotifier(
      environment: ServiceEnvironment(notifySocket: socket.path, watchdog: .milliseconds(200)))
  }

  @Test func `without a watchdog there is no feeder`() {
    let unwatched = ServiceNotifier(environment: ServiceEnvironment(notifySocket: socket.path))
    #expect(WatchdogFeeder(unwatched) { true } == nil)
  }

  @Test func `a live service is fed at least once an interval`() async throws {
    let feeder = try #require(WatchdogFeeder(notifier) { true })
    let feeding = Task { await feeder.run() }
    for _ in 0..<4 { #expect(await receive() == ["WATCHDOG=1"]) }
    feeding.cancel()
    await feeding.value
  }

  @Test func `a service that is not alive any more is not fed`() async throws {
    let asked = Mutex(0)
    let feeder = try #require(
      WatchdogFeeder(notifier) {
        asked.withLock { count in
          count += 1
          return count <= 2
        }
      })
    let feeding = Task { await feeder.run() }
    while asked.withLock({ $0 }) < 6 { try await Task.sleep(for: .milliseconds(5)) }
    feeding.cancel()
    await feeding.value
    #expect(socket.receiveAll() == [["WATCHDOG=1"], ["WATCHDOG=1"]])
  }

  @Test func `a service that hangs is not fed`() async throws {
    let feeder = try #require(
      WatchdogFeeder(notifier) {
        try? await Task.sleep(for: .seconds(600))
        return false
      })
    let feeding = Task { await feeder.run() }
    #expect(await receive(within: 450) == nil)
    feeding.cancel()
    await feeding.value
    #expect(socket.receiveAll().isEmpty)
  }

  /// Looks every few milliseconds: a blocking wait would hold one of the shared threads.
  private func receive(within milliseconds: Int32 = 5000) async -> [String]? {
    let deadline = ContinuousClock.now.advanced(by: .milliseconds(Int(milliseconds)))
    while ContinuousClock.now < deadline {
      if let message = socket.receive(within: 0) { return message }
      try? await Task.sleep(for: .milliseconds(5))
    }
    return nil
  }
}
