import Dispatch
import Glibc
import Logging
import ServiceLifecycle
import ServiceManager
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(10))) struct NotifySocketTests {
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  @Test func `systemd's socket hears ready, a fed watchdog and stopping`() async throws {
    let socket = try NotifySocket()
    defer { socket.remove() }
    let reporter = SystemdReporter(
      notifier: ServiceNotifier(
        environment: ServiceEnvironment(notifySocket: socket.path, watchdog: .milliseconds(20))))
    let status = DaemonStatus()
    let runner = DaemonRunner(status: status, stopTimeLimit: .seconds(20), logger: logger)
    let group = runner.group(
      services: [Waiting(status: status)], reporter: reporter,
      watchdogInterval: reporter.watchdogInterval, signals: [])
    let running = Task { try await group.run() }
    await socket.first { $0 == "READY=1\nSTATUS=at work" }
    await socket.first { $0 == "WATCHDOG=1" }
    await group.triggerGracefulShutdown()
    await socket.first { $0 == "STOPPING=1" }
    try await running.value
  }

  @Test func `a daemon that is unwell is heard of, and its watchdog is not fed`() async throws {
    let socket = try NotifySocket()
    defer { socket.remove() }
    let reporter = SystemdReporter(
      notifier: ServiceNotifier(environment: ServiceEnvironment(notifySocket: socket.path)))
    let service = WatchdogService(
      interval: .seconds(60), probe: { false }, reporter: reporter, logger: logger)
    await service.feedIfHealthy()
    reporter.status("unwell")
    // Datagrams keep their order: the first one is the status, so nothing was fed before it.
    #expect(await socket.next() == "STATUS=unwell")
  }
}

private struct Waiting: Service {
  let status: DaemonStatus

  func run() async throws {
    status.ready("at work")
    try await gracefulShutdown()
  }
}

/// A datagram socket as systemd would listen on.
private struct NotifySocket: Sendable {
  let path: String
  private let descriptor: Int32

  init() throws {
    path = "/tmp/quarterdeck-notify-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
  }

  /// The next datagram, waited for on a thread of its own.
  func next() async -> String {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "notify").async { [descriptor] in
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        continuation.resume(
          returning: String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self))
      }
    }
  }

  func first(where fits: (String) -> Bool) async {
    while await !fits(next()) {}
  }

  func remove() {
    close(descriptor)
    unlink(path)
  }
}
