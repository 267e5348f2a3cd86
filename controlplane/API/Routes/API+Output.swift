import HTTPTypes
import Hummingbird
import Identity
import Logging
import Logs
import Model
import NIOCore
import Store

extension API {
  /// How output is answered.
  enum OutputFormat: Sendable { case json, text }

  var outputRoutes: [Route] {
    let paths = [
      "", "/node/{node}", "/step/{step}/{substep}", "/step/{step}", "/node/{node}/step/{step}",
    ]
    let byHeader = paths.map { path in
      Route.api(.get, "/execution/{id}/output\(path)", .read, .execution) { request in
        if request.wantsEvents { return try await followEvents(request) }
        return try await output(request, format: try request.outputFormat())
      }
    }
    return byHeader + [
      .api(.get, "/execution/{id}/output/state", .read, .execution, outputState),
      .api(.get, "/execution/{id}/output.json", .read, .execution) { request in
        try await output(request, format: .json)
      },
      .api(.get, "/execution/{id}/output.text", .read, .execution) { request in
        try await output(request, format: .text)
      },
    ]
  }

  func output(_ request: APIRequest, format: OutputFormat) async throws -> Response {
    let wish = try OutputWish(request)
    if wish.isFollowing {
      guard format == .text else { throw APIError.followedJSON }
      return try await followText(request, wish)
    }
    // First where the execution stands, then its log: so "completed" never comes before the last line.
    let execution = try await requireExecution(request.path("id"))
    let isWhole = wish.lastLines == nil && wish.maxLines == nil && format == .text
    let page = try await isWhole ? wholePage(execution, wish) : page(execution, wish)
    let body = OutputBody(
      execution: execution, page: page, selection: wish.selection,
      isCompacted: wish.isCompacted,
      isUnmodified: wish.isUnmodified(page), now: dependencies.now(),
      hosts: Self.hosts(execution))
    switch format {
    case .json: return .json(body.json())
    case .text:
      let content =
        try await isWhole
        ? stream(execution, request, wish, until: page.size)
        : ResponseBody(byteBuffer: ByteBuffer(bytes: page.plainText))
      return Response(status: .ok, headers: body.headers, body: content)
    }
  }

  /// The output with the changes of the steps' states between its lines, or with `stateOnly` these alone.
  func outputState(_ request: APIRequest) async throws -> Response {
    let wish = try OutputWish(request)
    let execution = try await requireExecution(request.path("id"))
    let isAlone = try request.query.flag("stateOnly") ?? false
    let page =
      try await isAlone ? wholePage(execution, wish) : page(execution, wish)
    let rows = try await dependencies.store.ask.stepStates.rows(of: execution.id)
    let hosts = Self.hosts(execution)
    var body = OutputBody(
      execution: execution, page: page, selection: wish.selection, isCompacted: false,
      isUnmodified: wish.isUnmodified(page), now: dependencies.now(), hosts: hosts)
    let start = wish.lastLines == nil ? wish.offset : page.entries.first?.position ?? page.size
    body.mixed = StateEntries(rows).merged(
      into: page, after: try await logs(of: execution).time(before: start, of: execution.id),
      isWhole: isAlone || body.isCompleted, hosts)
    return .json(body.json())
  }

  private func page(_ execution: ExecutionRecord, _ wish: OutputWish) async throws -> OutputPage {
    if let lines = wish.lastLines {
      return OutputPage(
        try await logs(of: execution).lastLines(
          lines, of: execution.id, selecting: wish.selection))
    }
    var limit = LogLimit.page
    if let lines = wish.maxLines { limit.entries = max(lines, 1) }
    return OutputPage(
      try await logs(of: execution).page(
        of: execution.id, from: wish.offset, limit: limit, selecting: wish.selection))
  }

  private func wholePage(
    _ execution: ExecutionRecord, _ wish: OutputWish
  ) async throws -> OutputPage {
    OutputPage(
      wholeOf: try await dependencies.logs.extent(of: execution.id), from: wish.offset)
  }

  /// The text from the offset to the end that the headers named, a piece at a time. What keeps the first piece from
  /// being read is thrown, so that it is answered; what comes later can only be logged and cut the answer off.
  private func stream(
    _ execution: ExecutionRecord, _ request: APIRequest, _ wish: OutputWish, until end: Int64
  ) async throws -> ResponseBody {
    let text = try await logs(of: execution).text(
      of: execution.id, from: wish.offset, selecting: wish.selection)
    var start = text.makeAsyncIterator()
    let first = start.position < end ? try await start.next() : nil
    let (rest, logger) = (start, request.context.logger)
    return ResponseBody { writer in
      if let first { try await writer.write(ByteBuffer(bytes: first)) }
      var pieces = rest
      do {
        while pieces.position < end, let piece = try await pieces.next() {
          try await writer.write(ByteBuffer(bytes: piece))
        }
      } catch let error as LogError {
        logger.error(
          "an answer was cut off: the log cannot be read on",
          metadata: ["execution": "\(execution.id)", "error": "\(error)"])
        throw error
      }
      try await writer.finish(nil)
    }
  }

  /// Whom the execution's steps run as, and where those run that have no node.
  static func hosts(_ execution: ExecutionRecord) -> StepHosts {
    let nodes = (try? execution.plan())??.nodes ?? []
    let users = Dictionary(
      nodes.compactMap { node in node.node.attributes["username"].map { (node.name, $0) } }
    ) { first, _ in first }
    return StepHosts(users: users, server: execution.serverNode)
  }
}

/// What a request for output asks for.
struct OutputWish: Sendable {
  let offset: Int64
  /// In milliseconds since 1970.
  let lastModified: Int64?
  let maxLines: Int?
  let lastLines: Int?
  /// Whether an entry shows only what differs from the one before it.
  let isCompacted: Bool
  /// Whether the answer goes on until the execution's end.
  let isFollowing: Bool
  let selection: LogSelection

  init(_ request: APIRequest) throws(APIError) {
    let query = request.query
    isCompacted = request.version >= 21 ? try query.flag("compacted") ?? false : false
    isFollowing = try query.flag("follow") ?? false
    offset = try query.count("offset") ?? 0
    lastModified = try query.count("lastmod")
    maxLines = try query.count("maxlines").flatMap { $0 > 0 ? Int(clamping: $0) : nil }
    lastLines = try query.count("lastlines").flatMap { $0 > 0 ? Int(clamping: $0) : nil }
    let parameters = request.context.parameters
    let step = [parameters.get("step"), parameters.get("substep")].compactMap { $0 }
    selection = LogSelection(
      node: parameters.get("node").map { _ in request.path("node") },
      step: step.isEmpty ? nil : step.joined(separator: "/").removingPercentEscapes)
  }

  func isUnmodified(_ page: OutputPage) -> Bool {
    guard let lastModified, lastModified > 0, lastLines == nil else { return false }
    return (page.lastModified?.milliseconds ?? 0) <= lastModified && offset >= page.size
  }
}

extension OutputBody {
  /// The same as the JSON body says, as headers, spelt as Rundeck spells them.
  var headers: HTTPFields {
    var headers: HTTPFields = [.contentType: "text/plain;charset=UTF-8"]
    let values: [(String, String?)] = [
      ("X-Rundeck-ExecOutput-Offset", String(page.nextPosition)),
      ("X-Rundeck-ExecOutput-Completed", String(isCompleted)),
      ("X-Rundeck-Exec-Completed", String(execution.status.isFinal)),
      ("X-Rundeck-Exec-State", state), ("X-Rundeck-Exec-Duration", String(duration)),
      ("X-Rundeck-ExecOutput-LastModifed", String(lastModified)),
      ("X-Rundeck-ExecOutput-TotalSize", String(page.size)),
      ("X-Rundeck-ExecOutput-Unmodified", String(isUnmodified)),
      ("X-Rundeck-ExecOutput-Empty", page.size == 0 ? "true" : nil),
      ("X-Rundeck-ExecOutput-Message", page.size == 0 ? "No output" : nil),
    ]
    for case (let name, let value?) in values {
      if let field = HTTPField.Name(name) { headers[field] = value }
    }
    return headers
  }
}

extension APIRequest {
  /// By the parameter `format`, else by `Accept`. Throws the 415 for another format.
  func outputFormat() throws(APIError) -> API.OutputFormat {
    switch query.text("format") {
    case "json": return .json
    case "text": return .text
    case let format?: throw .unsupportedFormat(format)
    case nil: return wantsText ? .text : .json
    }
  }
}
