import Glibc
import ServiceManager
import Testing

@Suite struct ServiceNotifierTests {
  let socket = NotifySocket()
  var notifier: ServiceNotifier {
    ServiceNotifier(environment: ServiceEnvironment(notifySocket: socket.path))
  }

  @Test func `every message has the words of sd_notify`() {
    #expect(notifier.ready() == .sent)
    #expect(socket.receive() == ["READY=1"])
    #expect(notifier.ready(status: "2 agents") == .sent)
    #expect(socket.receive() == ["READY=1", "STATUS=2 agents"])
    #expect(notifier.status("busy") == .sent)
    #expect(socket.receive() == ["STATUS=busy"])
    #expect(notifier.feedWatchdog() == .sent)
    #expect(socket.receive() == ["WATCHDOG=1"])
    #expect(notifier.stopping() == .sent)
    #expect(socket.receive() == ["STOPPING=1"])
  }

  @Test func `a status of several lines stays one assignment`() {
    notifier.status("one\nREADY=1\r\nthree")
    #expect(socket.receive() == ["STATUS=one READY=1 three"])
  }

  @Test func `reloading carries the monotonic clock`() throws {
    var before = timespec()
    clock_gettime(CLOCK_MONOTONIC, &before)
    notifier.reloading()
    var after = timespec()
    clock_gettime(CLOCK_MONOTONIC, &after)
    let lines = try #require(socket.receive())
    #expect(lines.first == "RELOADING=1")
    let stamp = try #require(lines.last?.split(separator: "=").last.flatMap { Int($0) })
    #expect(lines.last?.hasPrefix("MONOTONIC_USEC=") == true)
    #expect(stamp >= before.tv_sec * 1_000_000 + before.tv_nsec / 1000)
    #expect(stamp <= after.tv_sec * 1_000_000 + after.tv_nsec / 1000)
  }

  @Test func `a socket nobody listens on is an outcome with its reason`() {
    let missing = ServiceNotifier(
      environment: ServiceEnvironment(notifySocket: socket.path + "-not-there"))
    #expect(missing.ready() == .failed(errno: ENOENT))
  }

  @Test func `the watchdog's interval is what the environment says`() {
    #expect(notifier.watchdogInterval == nil)
    let watched = ServiceNotifier(
      environment: ServiceEnvironment(notifySocket: socket.path, watchdog: .milliseconds(2500)))
    #expect(watched.watchdogInterval == .milliseconds(2500))
  }
}
