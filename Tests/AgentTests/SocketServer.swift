import Glibc
import Synchronization
import TestSupport
import Wire

@testable import Agent

/// A control plane's port on the loopback, with blocking sockets and a thread for each connection.
final class SocketServer: Sendable {
  /// What a request gets.
  enum Answer: Sendable {
    case status(Int, String)
    /// An endless answer with these commands; the connection stays open.
    case stream([Command])
  }

  private struct State {
    var arrivals: [ContinuousClock.Instant] = []
  }

  let port: Int
  private let listener: Listener
  private let answer: @Sendable (Int) -> Answer
  private let state = Mutex(State())

  /// - Parameter answer: what the request of that number gets, counted from 1.
  init(_ answer: @escaping @Sendable (Int) -> Answer) {
    self.answer = answer
    listener = Listener()
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = self.listener
    port = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        precondition(bind(listener.descriptor, generic, length) == 0)
        precondition(listen(listener.descriptor, 16) == 0)
        getsockname(listener.descriptor, generic, &length)
      }
      return Int(UInt16(bigEndian: pointer.pointee.sin_port))
    }
    startThread { [weak self] in
      while case let connection = accept(listener.descriptor, nil, nil), connection >= 0 {
        guard let self else { return _ = close(connection) }
        startThread { self.serve(connection) }
      }
    }
  }

  deinit { _ = shutdown(listener.descriptor, Int32(SHUT_RDWR)) }

  var url: String { "http://127.0.0.1:\(port)" }

  /// When requests arrived.
  var arrivals: [ContinuousClock.Instant] { state.withLock { $0.arrivals } }

  /// Waits for so many requests.
  func requests(_ count: Int) async throws {
    try await waitUntil("\(count) requests have come") { arrivals.count >= count }
  }

  private func serve(_ connection: Int32) {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !Self.isWhole(bytes) {
      let count = read(connection, &buffer, buffer.count)
      guard count > 0 else { return _ = close(connection) }
      bytes += buffer[..<count]
    }
    send(answer(arrive()), to: connection)
    // Until the agent hangs up.
    while read(connection, &buffer, buffer.count) > 0 {}
    _ = close(connection)
  }

  private func arrive() -> Int {
    state.withLock { state in
      state.arrivals.append(.now)
      return state.arrivals.count
    }
  }

  private func send(_ answer: Answer, to connection: Int32) {
    var bytes: [UInt8]
    switch answer {
    case .status(let status, let text):
      bytes = Array(
        "HTTP/1.1 \(status) No\r\nConnection: close\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
          .utf8)
    case .stream(let commands):
      bytes = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
      for frame in commands.map(CommandFraming.frame) {
        bytes += Array("\(String(frame.count, radix: 16))\r\n".utf8) + frame + [13, 10]
      }
    }
    _ = Glibc.send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    if case .status = answer { _ = shutdown(connection, Int32(SHUT_WR)) }
  }

  /// Whether the bytes are a request with all of its body.
  private static func isWhole(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: Unicode.ASCII.self)
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return false }
    let length = parts[0].split(separator: "\r\n").first {
      $0.lowercased().hasPrefix("content-length:")
    }
    let wanted = length.flatMap { Int($0.drop { $0 != ":" }.dropFirst(2)) } ?? 0
    return parts[1].unicodeScalars.count >= wanted
  }
}

/// Closed when nobody holds it any more: not before, since its number may be another file's then.
private final class Listener: Sendable {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  deinit { close(descriptor) }
}

/// Runs `body` on a thread of its own: it blocks.
private func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let code = pthread_create(
    &thread, nil,
    { argument in
      Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
      return nil
    }, Unmanaged.passRetained(Box(body)).toOpaque())
  precondition(code == 0)
  pthread_detach(thread)
}
