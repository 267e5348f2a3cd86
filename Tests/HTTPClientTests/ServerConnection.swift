import Glibc

/// The server's end of one connection; closed when it goes. Used by its own thread only.
final class ServerConnection {
  struct Request {
    let line: String
    let headers: [String]
    var body: [UInt8]
  }

  private let descriptor: Int32
  private var pending: [UInt8] = []

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// The next request with its body, or nil when the client has gone.
  func request() -> Request? {
    guard let head = requestHead() else { return nil }
    var request = head
    let length = head.headers.first { $0.lowercased().hasPrefix("content-length:") }
      .flatMap { Int($0.split(separator: " ").last ?? "") }
    if let length {
      while pending.count < length { guard fill() else { return nil } }
      request.body = Array(pending[..<length])
      pending.removeFirst(length)
    } else if head.headers.contains(where: { $0.lowercased() == "transfer-encoding: chunked" }) {
      request.body = chunks()
    }
    return request
  }

  /// The next request's line and header fields only.
  func requestHead() -> Request? {
    var lines: [String] = []
    while let line = line() {
      if line.isEmpty {
        return Request(line: lines[0], headers: Array(lines.dropFirst()), body: [])
      }
      lines.append(line)
    }
    return nil
  }

  /// Reads and drops `count` bytes; false when the client left before.
  func skip(_ count: Int) -> Bool {
    var left = count - pending.count
    pending = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while left > 0 {
      let received = recv(descriptor, &buffer, min(left, buffer.count), 0)
      guard received > 0 else { return false }
      left -= received
    }
    return true
  }

  /// Sends; false when the client has gone.
  @discardableResult
  func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  func answer(headers: [String] = [], _ body: [UInt8]) {
    answer("200 OK", headers: headers, body)
  }

  func answer(_ status: String, headers: [String] = [], _ body: [UInt8]) {
    let fields = headers.map { $0 + "\r\n" }.joined()
    send("HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.count)\r\n\r\n")
    send(body)
  }

  func chunk(_ text: String) -> Bool {
    send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
  }

  /// Waits until the client has closed its end.
  func waitForClose() { while fill() { pending = [] } }

  /// Has the client see a reset when this connection goes.
  func resetsAtEnd() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  private func chunks() -> [UInt8] {
    var body: [UInt8] = []
    while let size = line().flatMap({ Int($0, radix: 16) }), size > 0 {
      while pending.count < size + 2 { guard fill() else { return body } }
      body += pending[..<size]
      pending.removeFirst(size + 2)
    }
    _ = line()
    return body
  }

  private func line() -> String? {
    while true {
      if let end = pending.firstIndex(of: 10) {
        let line = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeFirst(end + 1)
        return line.last == "\r" ? String(line.dropLast()) : line
      }
      guard fill() else { return nil }
    }
  }

  private func fill() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    pending += buffer[..<count]
    return true
  }
}
