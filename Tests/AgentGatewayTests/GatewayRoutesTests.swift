import AgentGateway
import Database
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Model
import NIOCore
import Spool
import Store
import TestSupport
import Testing
import Wire

@Suite struct GatewayRoutesTests {
  private func with(
    _ engine: Engine, _ body: @Sendable (GatewayRoom, any TestClientProtocol) async throws -> Void
  ) async throws {
    try await GatewayRoom.with(engine) { room in
      let router = Router()
      room.gateway.addRoutes(to: router)
      try await Application(router: router).test(.router) { client in
        try await body(room, client)
      }
    }
  }

  private func headers(_ credential: String? = nil, version: String? = "1") throws -> HTTPFields {
    var headers: HTTPFields = [.contentType: WireVersion.contentType]
    headers[try #require(HTTPField.Name(WireVersion.headerName))] = version
    headers[.authorization] = credential.map { "Bearer \($0)" }
    return headers
  }

  private func post(
    _ message: some WireMessage, to path: String, as credential: String? = nil,
    version: String? = "1", on client: any TestClientProtocol
  ) async throws -> TestResponse {
    try await client.execute(
      uri: path, method: .post, headers: headers(credential, version: version),
      body: ByteBuffer(bytes: message.bytes))
  }

  @Test(arguments: Engine.all)
  func `an agent enrols once with its token and is then known by its secret`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, client in
      let token = try await room.gateway.enrolment.createToken(by: "admin")
      let request = GatewayRoom.enrolRequest("alpha", token: token.text)
      let answer = try await post(request, to: WirePath.enrol, on: client)
      #expect(answer.status == .ok)
      let credential = try EnrolAnswer(bytes: Array(answer.body.readableBytesView))
      let again = try await post(request, to: WirePath.enrol, on: client)
      #expect(again.status == .forbidden)
      let report = Report(
        pieces: [], condition: AgentCondition(freeBytes: 9, reasons: ["the disk is full"]))
      let secret = "\(credential.agent):\(credential.secret)"
      let known = try await post(report, to: WirePath.report, as: secret, on: client)
      #expect(known.status == .ok)
      let wrong = try await post(report, to: WirePath.report, as: secret + "x", on: client)
      #expect(wrong.status == .unauthorized)
      #expect(try await post(report, to: WirePath.report, on: client).status == .unauthorized)
      let stored = try await room.store.ask.agents.find(credential.agent)
      #expect(stored?.credentialDigest.contains(credential.secret) == false)
      #expect(stored?.statement?.reasons == ["the disk is full"])
      #expect(stored?.statement?.freeBytes == 9)
    }
  }

  @Test(arguments: Engine.all)
  func `a taken name leaves the token unused, and a token for that name renews it`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, client in
      let first = try await room.enrol("alpha")
      let token = try await room.gateway.enrolment.createToken(by: "admin")
      let taken = try await post(
        GatewayRoom.enrolRequest("alpha", token: token.text), to: WirePath.enrol, on: client)
      #expect(taken.status == .conflict)
      #expect(String(buffer: taken.body).contains("alpha"))
      let free = try await post(
        GatewayRoom.enrolRequest("beta", token: token.text), to: WirePath.enrol, on: client)
      #expect(free.status == .ok)
      let renewal = try await room.gateway.enrolment.createToken(by: "admin", reenrolling: "alpha")
      let renewed = try await post(
        GatewayRoom.enrolRequest("alpha", token: renewal.text), to: WirePath.enrol, on: client)
      let answer = try EnrolAnswer(bytes: Array(renewed.body.readableBytesView))
      #expect(answer.agent == first.agent && answer.secret != first.secret)
    }
  }

  @Test func `a revoked agent is refused`() async throws {
    try await with(.sqlite) { room, client in
      let agent = try await room.enrol("alpha")
      let secret = "\(agent.agent):\(agent.secret)"
      let report = Report(pieces: [])
      #expect(
        try await post(report, to: WirePath.report, as: secret, on: client).status == .ok)
      let existed = try await room.gateway.revoke(agent.agent)
      #expect(existed)
      #expect(
        try await post(report, to: WirePath.report, as: secret, on: client).status
          == .unauthorized)
    }
  }

  @Test func `another version, broken bytes and too many of them are refused with a reason`()
    async throws
  {
    try await with(.sqlite) { room, client in
      let agent = try await room.enrol("alpha")
      let secret = "\(agent.agent):\(agent.secret)"
      let report = Report(pieces: [])
      for version in ["2", nil] {
        let answer = try await post(
          report, to: WirePath.report, as: secret, version: version, on: client)
        #expect(answer.status == .upgradeRequired)
      }
      let broken = try await client.execute(
        uri: WirePath.report, method: .post, headers: headers(secret),
        body: ByteBuffer(bytes: [0xFF]))
      #expect(broken.status == .badRequest)
      let large = try await client.execute(
        uri: WirePath.enrol, method: .post, headers: headers(),
        body: ByteBuffer(repeating: 0, count: 300 << 10))
      #expect(large.status == .contentTooLarge)
      let name = try await post(
        GatewayRoom.enrolRequest("", token: "t"), to: WirePath.enrol, on: client)
      #expect(name.status == .badRequest)
    }
  }

  @Test(arguments: Engine.all)
  func `a report is stored and acknowledged`(on engine: Engine) async throws {
    try await with(engine) { room, client in
      let agent = try await room.enrol("alpha")
      try await room.addAssignment(1, to: agent.agent)
      var spool = TestSpool(1)
      spool.add(.stdout, "hello\n")
      let answer = try await post(
        Report(pieces: [spool.piece()]), to: WirePath.report,
        as: "\(agent.agent):\(agent.secret)", on: client)
      let acks = try ReportAnswer(bytes: Array(answer.body.readableBytesView)).acks
      #expect(acks.map(\.offset) == [spool.size])
      #expect(try await room.lines() == ["hello"])
    }
  }

  @Test func `a report is answered 503 with Retry-After while the store is away`() async throws {
    try await with(.sqlite) { room, client in
      let agent = try await room.enrol("alpha")
      let secret = "\(agent.agent):\(agent.secret)"
      let report = Report(pieces: [])
      #expect(
        try await post(report, to: WirePath.report, as: secret, on: client).status == .ok)
      await room.store.database.close()
      var spool = TestSpool(1)
      spool.add(.stdout, "hello\n")
      let answer = try await post(
        Report(pieces: [spool.piece()]), to: WirePath.report, as: secret, on: client)
      #expect(answer.status == .serviceUnavailable && answer.headers[.retryAfter] == "1")
    }
  }
}
