import Cluster
import HTTPTypes
public import Hummingbird
import Logging
import Model
import NIOCore
import Store
import Wire

extension AgentGateway {
  /// Adds `/agent/v1/enrol`, `/agent/v1/stream`, `/agent/v1/report` and `/agent/v1/file`.
  public func addRoutes(to router: some RouterMethods<some RequestContext>) {
    router.post(RouterPath(WirePath.enrol)) { request, _ in
      try await self.answer { try await self.enrol(request) }
    }
    router.post(RouterPath(WirePath.stream)) { request, _ in
      try await self.answer { try await self.openStream(request) }
    }
    router.post(RouterPath(WirePath.report)) { request, _ in
      try await self.answer { try await self.report(request) }
    }
    router.post(RouterPath(WirePath.file)) { request, _ in
      try await self.answer { try await self.file(request) }
    }
  }

  /// Turns what is wrong with a request, or with this member, into a status and a text.
  private func answer(_ body: () async throws -> Response) async throws -> Response {
    do {
      return try await body()
    } catch let refusal as AgentRefusal {
      return refusal.response
    } catch let error as WireError {
      return AgentRefusal(.badRequest, "The message cannot be read: \(error)").response
    } catch let error as StoreError where error.isUnstorableText {
      return AgentRefusal(.badRequest, "The message holds a text that cannot be stored.").response
    } catch let error as StoreError {
      logger.error("An agent's request failed", metadata: ["error": "\(error)"])
      return AgentRefusal.unavailable.response
    }
  }

  private func enrol(_ request: Request) async throws -> Response {
    try checkVersion(request)
    let message = try EnrolRequest(bytes: await body(request, limit: 256 << 10))
    do {
      return Response(message: try await enrolment.enrol(message))
    } catch let refusal as EnrolmentService.Refusal {
      throw AgentRefusal(refusal)
    }
  }

  private func report(_ request: Request) async throws -> Response {
    guard terms.held != nil else { throw AgentRefusal.unavailable }
    let agent = try await authenticate(request)
    return try await withinBudget(request, limit: Report.maximumBytes + (1 << 20)) { bytes in
      let report = try Report(bytes: bytes)
      if let condition = report.condition {
        try await store.ask.agents.note(AgentStatement(condition), of: agent)
      }
      do throws(SpoolIngestor.Refusal) {
        return Response(message: try await ingestor.submit(report, from: agent))
      } catch {
        throw AgentRefusal.unavailable
      }
    }
  }

  /// A piece of a file that one of the agent's assignments is given.
  private func file(_ request: Request) async throws -> Response {
    let agent = try await authenticate(request)
    let wish = try StepFileRequest(bytes: await body(request, limit: 64 << 10))
    let files = store.ask.optionFiles
    guard try await files.mayRead(wish.file, for: wish.assignment, by: agent) else {
      throw AgentRefusal(.notFound, "There is no such file for this step.")
    }
    return try await budget.with(StepFilePiece.maximumBytes) {
      let bytes = try await files.piece(of: wish.file, at: wish.offset)
      return Response(message: StepFilePiece(Array(bytes.prefix(StepFilePiece.maximumBytes))))
    }
  }

  private func openStream(_ request: Request) async throws -> Response {
    let agent = try await authenticate(request)
    let hello = try await withinBudget(request, limit: 4 << 20) { try Hello(bytes: $0) }
    guard let record = try await store.ask.agents.find(agent) else {
      throw AgentRefusal.unauthorized
    }
    guard let term = terms.held,
      let stream = registry.open(agent, takesFiles: hello.takesFiles)
    else {
      throw AgentRefusal.unavailable
    }
    registry.send(
      .welcome(
        member: term.member, pingIntervalMilliseconds: settings.pingInterval.wholeMilliseconds),
      to: agent)
    let holder = StreamHolder(term, number: stream.number)
    let facts = AgentStore.Facts(
      node: hello.node, version: hello.version, bootID: hello.bootID,
      // That an agent is there is noted once in a ping interval.
      awayAfter: hello.awayAfterMilliseconds.map {
        max(Self.patience($0), settings.pingInterval * 3)
      },
      lostAfter: hello.lostAfterMilliseconds.map(Self.patience))
    _ = try await store.ask.agents.connect(record, facts: facts, to: holder)
    registry.note(agent, number: stream.number)
    // Whoever held the agent's former stream ends it.
    notices.announce(.agentWork([agent]))
    try await reconciler.reconcile(record, hello)
    logger.info("Agent connected", metadata: ["agent": "\(record.name)", "id": "\(agent)"])
    return Response(
      status: .ok, headers: .wire, body: body(of: stream, holder, name: record.name))
  }

  /// What an agent wants, within ten years.
  private static func patience(_ milliseconds: UInt64) -> Duration {
    .milliseconds(Int64(min(milliseconds, 315_360_000_000)))
  }

  private func body(
    of stream: AgentStream, _ holder: StreamHolder, name: String
  ) -> ResponseBody {
    let (logger, store) = (logger, store)
    return ResponseBody { writer in
      var failure: (any Error)?
      do {
        for await command in stream.commands {
          guard stream.maySend(command) else { break }
          try await writer.write(ByteBuffer(bytes: command.bytes))
          stream.sent(command)
        }
      } catch {
        failure = error
      }
      let wasLast = stream.close()
      logger.info("Agent disconnected", metadata: ["agent": "\(name)", "id": "\(stream.agent)"])
      if wasLast { try? await store.ask.agents.disconnect(stream.agent, from: holder) }
      if let failure { throw failure }
      try await writer.finish(nil)
    }
  }

  private func checkVersion(_ request: Request) throws {
    let version = HTTPField.Name(WireVersion.headerName).flatMap { request.headers[$0] }
    guard version == String(WireVersion.current) else {
      throw AgentRefusal(
        .upgradeRequired,
        "This member speaks version \(WireVersion.current) of the agent protocol, "
          + "the agent \(version ?? "none").")
    }
  }

  private func authenticate(_ request: Request) async throws -> AgentID {
    try checkVersion(request)
    let header = request.headers[.authorization]
    guard let agent = try await authenticator.agent(authorization: header) else {
      throw AgentRefusal.unauthorized
    }
    return agent
  }

  /// Reads the request's body and runs `work` while the body's bytes are part of the budget.
  private func withinBudget<Answer>(
    _ request: Request, limit: Int, _ work: ([UInt8]) async throws -> Answer
  ) async throws -> Answer {
    try await budget.with(expectedLength(request, limit: limit)) {
      try await work(try await body(request, limit: limit))
    }
  }

  /// What the request says its body has, at most `limit`; `limit` when it says nothing.
  private func expectedLength(_ request: Request, limit: Int) -> Int {
    let length = request.headers[.contentLength].flatMap { Int($0) } ?? limit
    return min(max(length, 0), limit)
  }

  private func body(_ request: Request, limit: Int) async throws -> [UInt8] {
    try await BodyReader(
      body: request.body, limit: limit, expected: expectedLength(request, limit: limit),
      timeout: settings.bodyTimeout, clock: .continuous
    ).read()
  }
}

extension AgentStatement {
  /// What an agent sent, as its row keeps it. Long texts are cut: an agent cannot fill the store with them.
  init(_ condition: AgentCondition) {
    self.init(
      spoolBytes: condition.spoolBytes, spoolLimit: condition.spoolLimit,
      freeBytes: condition.freeBytes, reserveBytes: condition.reserveBytes,
      running: condition.running, waiting: condition.waiting, blocked: condition.blocked,
      stepLimit: condition.stepLimit, droppedBytes: condition.droppedBytes,
      reasons: condition.reasons.prefix(16).map { String($0.prefix(512)) })
  }
}
