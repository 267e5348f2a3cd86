import Glibc
import Synchronization

/// A web server on a free port of the loopback for steps that ask one: each request goes to a closure.
final class StepServer: Sendable {
  struct Request: Sendable {
    var method = ""
    var path = ""
    /// By name in lower case.
    var headers: [String: String] = [:]
    var body = ""
  }

  struct Response: Sendable {
    var status = 200
    var headers: [String: String] = [:]
    var body: [UInt8] = []

    init(_ status: Int = 200, _ body: String = "", headers: [String: String] = [:]) {
      self.status = status
      self.body = Array(body.utf8)
      self.headers = headers
    }
  }

  let port: UInt16
  private let listener: Int32
  private let seen = Mutex<[Request]>([])

  /// - Parameter answer: nil answers never; the connection stays open until the client leaves.
  init(_ answer: @escaping @Sendable (Request) -> Response?) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        precondition(bind(listener, $0, length) == 0)
        precondition(getsockname(listener, $0, &length) == 0)
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    precondition(listen(listener, 64) == 0)
    Self.onThread { [weak self] in
      while case let connection = accept(listener, nil, nil), connection >= 0 {
        guard let self else { break }
        Self.onThread { self.serve(connection, answer) }
      }
      close(listener)
    }
  }

  deinit { _ = shutdown(listener, Int32(SHUT_RDWR)) }

  var requests: [Request] { seen.withLock { $0 } }

  func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

  private func serve(_ connection: Int32, _ answer: (Request) -> Response?) {
    defer { close(connection) }
    guard let request = Self.read(connection) else { return }
    seen.withLock { $0.append(request) }
    guard let response = answer(request) else {
      // Ends when the client closes its side.
      var byte: UInt8 = 0
      _ = recv(connection, &byte, 1, 0)
      return
    }
    var head = "HTTP/1.1 \(response.status) X\r\nConnection: close\r\n"
    if response.headers["Content-Length"] == nil {
      head += "Content-Length: \(response.body.count)\r\n"
    }
    for (name, value) in response.headers { head += "\(name): \(value)\r\n" }
    Self.write(connection, Array((head + "\r\n").utf8) + response.body)
  }

  private static func write(_ connection: Int32, _ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  private static func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if let request = parse(text) { return request }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
    }
  }

  private static func parse(_ text: String) -> Request? {
    guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
    let lines = text[..<end.lowerBound].split(separator: "\r\n")
    let words = lines[0].split(separator: " ")
    var request = Request(method: String(words[0]), path: String(words[1]))
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      request.headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
    let body = text[end.upperBound...]
    guard body.utf8.count >= Int(request.headers["content-length"] ?? "0") ?? 0 else { return nil }
    request.body = String(body)
    return request
  }

  private static func onThread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Work(body)).toOpaque()
    pthread_create(
      &thread, nil,
      { pointer in
        Unmanaged<Work>.fromOpaque(pointer!).takeRetainedValue().body()
        return nil
      }, box)
    pthread_detach(thread)
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
