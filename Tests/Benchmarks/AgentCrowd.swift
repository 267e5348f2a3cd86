import CLinux
import Glibc
import HTTPClient
import Model
import TestSupport
import Wire

/// Many simulated agents in this process: enrolled like real ones, each with an open stream. A thread of its own takes
/// what comes, and tells of assignments.
final class AgentCrowd: Sendable {
  private let sockets: [Int32]

  /// Enrols `count` agents with the member behind `api` and opens their streams, one after the other.
  ///
  /// - Parameter assigned: is told of each assignment, with its agent's credential; nil throws all bytes away.
  init(
    of count: Int, at api: APIClient, port: UInt16,
    assigned: (@Sendable (_ credential: String, _ assignment: Wire.Assignment) -> Void)? = nil
  ) async throws {
    var sockets: [Int32] = []
    var credentials: [Int32: String] = [:]
    for number in 0..<count {
      let credential = try await Self.enrol("crowd-\(number)", at: api)
      let descriptor = try Self.openStream(credential, number, port: port)
      sockets.append(descriptor)
      credentials[descriptor] = credential
    }
    self.sockets = sockets
    Self.drain(sockets, credentials, assigned)
  }

  func leave() {
    for descriptor in sockets { shutdown(descriptor, Int32(SHUT_RDWR)) }
  }

  private static func node(_ name: String) -> Node {
    Node(name: name, attributes: ["hostname": name, "osFamily": "unix", "username": "nobody"])
  }

  private static func enrol(_ name: String, at api: APIClient) async throws -> String {
    let token = try await api.json("POST", "/quarterdeck/agents/enrolment", body: "{}").token.text
    let request = EnrolRequest(
      token: token ?? "", name: name, node: node(name), version: "1", bootID: "boot")
    let answer = try await HTTPClient().send(
      HTTPRequest(
        "POST", api.server + WirePath.enrol,
        headers: [
          "Content-Type": WireVersion.contentType,
          WireVersion.headerName: String(WireVersion.current),
        ], body: .bytes(request.bytes)))
    let enrolled = try EnrolAnswer(bytes: answer.body)
    return "\(enrolled.agent.text):\(enrolled.secret)"
  }

  /// A connection on which an agent's stream was asked for.
  private static func openStream(_ credential: String, _ number: Int, port: UInt16) throws -> Int32
  {
    let hello = Hello(version: "1", bootID: "boot", node: node("crowd-\(number)"), inventory: [])
    let head = """
      POST \(WirePath.stream) HTTP/1.1\r
      Host: 127.0.0.1\r
      Authorization: Bearer \(credential)\r
      Content-Type: \(WireVersion.contentType)\r
      \(WireVersion.headerName): \(WireVersion.current)\r
      Content-Length: \(hello.bytes.count)\r
      \r

      """
    let descriptor = try connected(to: port)
    let bytes = Array(head.utf8) + hello.bytes
    guard write(descriptor, bytes, bytes.count) == bytes.count else {
      throw SpawnFailure(executable: "stream", code: errno)
    }
    return descriptor
  }

  private static func connected(to port: UInt16) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard descriptor >= 0, code == 0 else {
      throw SpawnFailure(executable: "connect", code: errno)
    }
    return descriptor
  }

  private static func drain(
    _ sockets: [Int32], _ credentials: [Int32: String],
    _ assigned: (@Sendable (_ credential: String, _ assignment: Wire.Assignment) -> Void)?
  ) {
    let events = epoll_create1(0)
    for descriptor in sockets {
      var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: descriptor))
      epoll_ctl(events, EPOLL_CTL_ADD, descriptor, &event)
    }
    let thread = Thread {
      var ready = [epoll_event](repeating: epoll_event(), count: 512)
      var bytes = [UInt8](repeating: 0, count: 65_536)
      var streams: [Int32: CommandStream] = [:]
      while case let count = epoll_wait(events, &ready, 512, -1), count >= 0 || errno == EINTR {
        for event in ready.prefix(Int(max(0, count))) {
          let descriptor = event.data.fd
          let length = read(descriptor, &bytes, bytes.count)
          guard length > 0 else {
            epoll_ctl(events, EPOLL_CTL_DEL, descriptor, nil)
            close(descriptor)
            continue
          }
          guard let assigned, let credential = credentials[descriptor] else { continue }
          for command in streams[descriptor, default: CommandStream()].receive(bytes[..<length]) {
            if case .assign(let assignment) = command { assigned(credential, assignment) }
          }
        }
      }
    }
    thread.start()
  }
}
