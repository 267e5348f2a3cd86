import Glibc
import Synchronization
import TestSupport

/// A server of the tests' own that answers as a test tells it: for what a real one does too seldom.
final class PlayedServer: Sendable {
  struct Request: Sendable {
    let method: String
    /// Path and query.
    let target: String
    /// By lower-case name.
    let headers: [String: String]
    let body: [UInt8]
  }

  /// What is sent back.
  struct Answer: Sendable {
    var status = 200
    var headers: [String] = []
    var body = ""

    static let dropped = Answer(status: 0)
  }

  private final class Requests: Sendable { let list = Mutex<[Request]>([]) }

  let port: Int
  private let listener: Int32
  private let seen = Requests()

  /// Each connection carries one request; status 0 closes it without an answer.
  init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
    let bound = try Self.bind()
    listener = bound.descriptor
    port = bound.port
    let descriptor = listener
    Thread { [seen] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { break }
        Thread {
          if let request = Self.read(connection) {
            seen.list.withLock { $0.append(request) }
            Self.send(answer(request), on: connection)
          }
          close(connection)
        }.start()
      }
      close(descriptor)
    }.start()
  }

  // The thread that accepts closes it, once.
  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  var url: String { "http://127.0.0.1:\(port)" }
  var requests: [Request] { seen.list.withLock { $0 } }

  private static func bind() throws -> (descriptor: Int32, port: Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(descriptor, $0, length) + getsockname(descriptor, $0, &length)
      }
    }
    guard code == 0, listen(descriptor, 16) == 0 else {
      throw SpawnFailure(executable: "bind", code: errno)
    }
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
  }

  private static func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    func fill() -> Bool {
      let count = recv(connection, &buffer, buffer.count, 0)
      if count > 0 { bytes += buffer[..<count] }
      return count > 0
    }
    while bytes.firstRange(of: Array("\r\n\r\n".utf8)) == nil { guard fill() else { return nil } }
    let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))!
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
    let fields = lines.dropFirst().map { $0.split(separator: ": ", maxSplits: 1) }
    let headers = Dictionary(
      fields.map { ($0[0].lowercased(), $0.count > 1 ? String($0[1]) : "") },
      uniquingKeysWith: { "\($0),\($1)" })
    bytes.removeSubrange(..<end.upperBound)
    if headers["expect"] != nil { raw("HTTP/1.1 100 Continue\r\n\r\n", on: connection) }
    while bytes.count < headers["content-length"].flatMap({ Int($0) }) ?? 0 {
      guard fill() else { return nil }
    }
    let words = lines[0].split(separator: " ")
    return Request(
      method: String(words[0]), target: String(words[1]), headers: headers, body: bytes)
  }

  private static func send(_ answer: Answer, on connection: Int32) {
    guard answer.status > 0 else { return }
    let fields = answer.headers.map { $0 + "\r\n" }.joined()
    raw(
      "HTTP/1.1 \(answer.status) It\r\n\(fields)Connection: close\r\nContent-Length: \(answer.body.utf8.count)\r\n\r\n\(answer.body)",
      on: connection)
  }

  private static func raw(_ text: String, on connection: Int32) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }
}

extension PlayedServer.Answer {
  static func xml(_ body: String, status: Int = 200) -> Self { Self(status: status, body: body) }

  static func error(_ code: String, status: Int, headers: [String] = []) -> Self {
    Self(
      status: status, headers: headers,
      body:
        "<Error><Code>\(code)</Code><Message>no</Message><RequestId>R1</RequestId></Error>")
  }
}
