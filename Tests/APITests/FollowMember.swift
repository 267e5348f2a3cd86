import HTTPClient
import ServiceLifecycle

@testable import API

/// A member that serves the API over a connection.
struct FollowMember: Sendable {
  let url: String
  let token: String
  private let group: ServiceGroup

  init(url: String, token: String, group: ServiceGroup) {
    self.url = url
    self.token = token
    self.group = group
  }

  /// Begins a graceful stop.
  func stop() async { await group.triggerGracefulShutdown() }

  func events(_ query: String = "", after id: String? = nil) async throws -> FollowedStream {
    var headers: HTTPHeaders = ["Accept": "text/event-stream"]
    headers["Last-Event-ID"] = id
    return try await open("/execution/1/output\(query)", headers)
  }

  func open(_ path: String, _ headers: HTTPHeaders = [:]) async throws -> FollowedStream {
    var headers = headers
    headers["X-Rundeck-Auth-Token"] = token
    let answer = try await HTTPClient(configuration: HTTPClientConfiguration()).stream(
      HTTPRequest("GET", url + path, headers: headers))
    return FollowedStream(head: answer.head, body: answer.body)
  }
}

/// What a follower gets, as it comes.
struct FollowedStream {
  struct Event: Hashable {
    var name = ""
    var id: String?
    var data: JSON = .null
  }

  let head: HTTPResponseHead
  private var body: HTTPResponseBody.AsyncIterator
  private var unread: [UInt8] = []

  init(head: HTTPResponseHead, body: HTTPResponseBody) {
    self.head = head
    self.body = body.makeAsyncIterator()
  }

  /// The next event; nil at the stream's end. Comments and preamble are passed over.
  mutating func event() async throws -> Event? {
    while let block = try await block() {
      var event = Event()
      for line in block.split(separator: "\n") {
        let parts = line.split(separator: ": ", maxSplits: 1)
        switch parts[0] {
        case "event": event.name = String(parts[1])
        case "id": event.id = String(parts[1])
        case "data": event.data = try JSON.read(Array(parts[1].utf8))
        default: continue
        }
      }
      if !event.name.isEmpty { return event }
    }
    return nil
  }

  /// The next text up to an empty line.
  mutating func block() async throws -> String? { try await text(upTo: [10, 10]) }

  /// The next line without its end.
  mutating func line() async throws -> String? { try await text(upTo: [10]) }

  /// What is left, to the end.
  mutating func rest() async throws -> [UInt8] {
    while let piece = try await body.next() { unread += piece }
    defer { unread = [] }
    return unread
  }

  private mutating func text(upTo mark: [UInt8]) async throws -> String? {
    while true {
      if let range = unread.firstRange(of: mark) {
        defer { unread.removeSubrange(..<range.upperBound) }
        return String(decoding: unread[..<range.lowerBound], as: UTF8.self)
      }
      guard let piece = try await body.next() else { return nil }
      unread += piece
    }
  }
}
