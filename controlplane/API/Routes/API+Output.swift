import Hummingbird
import Identity
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
    let body = try await body(execution, page, wish, request)
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

  /// The answer's body around a page.
  func body(
    _ execution: ExecutionRecord, _ page: OutputPage, _ wish: OutputWish, _ request: APIRequest
  ) async throws -> OutputBody {
    OutputBody(
      execution: execution, page: page, selection: wish.selection,
      isCompacted: wish.isCompacted, isUnmodified: wish.isUnmodified(page),
      hasFailedNodes: try await dependencies.store.ask.executionHistory.hasFailedNodes(execution),
      member: MemberID(dependencies.server.uuid), now: dependencies.now(),
      hosts: Self.hosts(execution), showsStreams: request.showsStreams)
  }

  func page(_ execution: ExecutionRecord, _ wish: OutputWish) async throws -> OutputPage {
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

  func wholePage(
    _ execution: ExecutionRecord, _ wish: OutputWish
  ) async throws -> OutputPage {
    OutputPage(
      wholeOf: try await dependencies.logs.extent(of: execution.id), from: wish.offset)
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
