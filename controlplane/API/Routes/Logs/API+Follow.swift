import HTTPTypes
import Hummingbird
import Logs
import Model
import NIOCore
import Store

extension API {
  /// The output as server-sent events, up to the execution's end.
  func followEvents(_ request: APIRequest) async throws -> Response {
    let wish = try OutputWish(request)
    let execution = try await requireExecution(request.path("id"))
    // A browser comes back after the end too, unless it is told that this was all.
    if request.lastEventID == OutputEvents.endID { return .noContent }
    let start = try request.lastEventOffset.map(OutputFollower.Start.offset) ?? wish.start
    let follower = try await follower(of: execution, from: start, wish)
    let (timing, showsStreams) = (dependencies.following, request.showsStreams)
    let body = followed(request, follower) { bell, writer in
      var events = OutputEvents(timing, showsStreams: showsStreams)
      try await writer.write(ByteBuffer(bytes: OutputEvents.preamble))
      _ = try await follower.follow(bell) { part in
        let bytes = events.bytes(of: part, at: .now)
        if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
      }
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: Self.followed("text/event-stream"), body: body)
  }

  /// The output as text, line by line as it comes, up to the execution's end.
  func followText(_ request: APIRequest, _ wish: OutputWish) async throws -> Response {
    let execution = try await requireExecution(request.path("id"))
    let follower = try await follower(of: execution, from: wish.start, wish)
    let body = followed(request, follower) { bell, writer in
      let place = try await follower.follow(bell) { part in
        guard case .entries(let entries) = part else { return }
        try await writer.write(ByteBuffer(bytes: entries.plainText))
      }
      try await writer.finish(place.trailers)
    }
    var headers = Self.followed("text/plain;charset=UTF-8")
    headers[.trailer] = OutputFollower.Place.trailerNames.joined(separator: ", ")
    return Response(status: .ok, headers: headers, body: body)
  }

  private func follower(
    of execution: ExecutionRecord, from start: OutputFollower.Start, _ wish: OutputWish
  ) async throws -> OutputFollower {
    OutputFollower(
      store: dependencies.store, logs: try await logs(of: execution), execution: execution.id,
      start: start, selection: wish.selection)
  }

  private func followed(
    _ request: APIRequest, _ follower: OutputFollower,
    _ write: @escaping @Sendable (FollowBell, inout any ResponseBodyWriter) async throws -> Void
  ) -> ResponseBody {
    let (signals, timing) = (dependencies.signals, dependencies.following)
    return ResponseBody { writer in
      let changes = signals.changes(of: follower.execution)
      try await FollowBell.ringing(for: request, at: changes, timing) { bell in
        try await write(bell, &writer)
      }
    }
  }

  /// No proxy is to keep, compress or collect what is followed.
  private static func followed(_ type: String) -> HTTPFields {
    var headers: HTTPFields = [.contentType: type, .cacheControl: "no-store, no-transform"]
    if let buffering = HTTPField.Name("X-Accel-Buffering") { headers[buffering] = "no" }
    return headers
  }
}

extension OutputWish {
  /// Where following begins.
  var start: OutputFollower.Start { lastLines.map { .lastLines($0) } ?? .offset(offset) }
}

extension OutputFollower.Place {
  static let trailerNames = [
    "X-Rundeck-ExecOutput-Offset", "X-Rundeck-ExecOutput-Completed", "X-Rundeck-Exec-State",
  ]

  /// Where to go on, and whether there is any need to.
  var trailers: HTTPFields {
    let values = [offset.map { String($0) }, String(isEnd), status?.rawValue]
    var trailers = HTTPFields()
    for case (let name, let value?) in zip(Self.trailerNames, values) {
      if let field = HTTPField.Name(name) { trailers[field] = value }
    }
    return trailers
  }
}

extension APIRequest {
  /// Whether a stream of events is asked for; a `format` goes before `Accept`.
  var wantsEvents: Bool {
    guard query.text("format") == nil else { return false }
    return request.headers[.accept]?.lowercased().contains("text/event-stream") ?? false
  }

  /// The last event that a client saw before it came back.
  var lastEventID: String? {
    HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }.flatMap {
      $0.isEmpty ? nil : $0
    }
  }

  /// The same as an offset. Throws a 400 for what was never an identifier of these events.
  var lastEventOffset: Int64? {
    get throws(APIError) {
      guard let id = lastEventID else { return nil }
      guard let offset = Int64(id), offset >= 0 else {
        throw .invalid(
          parameter: "Last-Event-ID", value: id, "It must be the id of an event of this stream")
      }
      return offset
    }
  }
}

extension APIError {
  /// JSON has an end; what is followed has none yet.
  static var followedJSON: APIError {
    .invalid(
      parameter: "follow", value: "true",
      "Only text can be followed (format=text), and events (Accept: text/event-stream)")
  }
}
