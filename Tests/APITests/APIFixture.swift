import Cryptography
import Execution
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Keys
import LogStorage
import Logs
import Model
import NIOCore
import Spool
import Store
import Synchronization
import TestSupport

@testable import API

/// Executions that do what a test says: a run is recorded as running, an abort as asked for.
final class ScriptedExecutions: ExecutionControl {
  let store: Store
  let requests = Mutex<[RunRequest]>([])
  let refusal = Mutex<LaunchError?>(nil)
  let abortRefusal = Mutex<AbortError?>(nil)

  init(store: Store) { self.store = store }

  func launch(_ request: RunRequest) async throws(LaunchError) -> ExecutionRecord {
    if let error = refusal.withLock({ $0 }) { throw error }
    requests.withLock { $0.append(request) }
    do {
      return try await record(request)
    } catch let error as LaunchError {
      throw error
    } catch {
      throw .failed("\(error)")
    }
  }

  private func record(_ request: RunRequest) async throws -> ExecutionRecord {
    var draft = ExecutionDraft(
      id: try await store.ask.executions.takeNumber(), project: "", definition: "{}",
      user: request.user, argString: request.argString, options: request.options,
      nodeFilter: request.nodeFilter, createdAt: Instant(microseconds: 1_000_000))
    switch request.subject {
    case .job(let id):
      guard let job = try await store.ask.jobs.find(id) else { throw LaunchError.noJob(id) }
      guard job.job.executionEnabled else { throw LaunchError.executionDisabled(id) }
      draft.project = job.project
      draft.jobID = id
      draft.jobName = job.job.name
      draft.jobGroup = job.job.group
      draft.definition = String(decoding: try JSONEncoder().encode(job.job), as: UTF8.self)
    case .errand: throw LaunchError.unsupported("no errands here")
    case .adHoc(let project, let step):
      guard try await store.ask.projects.find(project) != nil else {
        throw LaunchError.noProject(project)
      }
      draft.project = project
      draft.definition = String(
        decoding: try JSONEncoder().encode(Job(name: "", workflow: Workflow(steps: [step]))),
        as: UTF8.self)
    }
    draft.plan = ExecutionPlan(
      nodes: [PlannedNode(node: Node(name: "here"), agent: AgentID("a"))],
      steps: [PlannedStep(step: "1")])
    draft.serverNode = "here"
    try await store.ask.executions.insert(draft)
    guard let record = try await store.ask.executions.find(draft.id) else {
      throw LaunchError.failed("not stored")
    }
    return record
  }

  func abort(_ id: ExecutionID, by user: String) async throws(AbortError) -> AbortAnswer {
    if let error = abortRefusal.withLock({ $0 }) { throw error }
    do {
      guard let record = try await store.ask.executions.find(id) else {
        throw AbortError.noExecution(id)
      }
      try await store.ask.run(
        "UPDATE execution SET abort_requested_by = $2 WHERE id = $1",
        [.integer(id.number), .text(user)])
      return AbortAnswer(.pending, execution: record)
    } catch let error as AbortError {
      throw error
    } catch {
      throw .failed("\(error)")
    }
  }

  func endIncomplete(
    _ id: ExecutionID, by user: String
  ) async throws(AbortError) -> AbortAnswer {
    do {
      try await end(id, .incomplete)
      guard let record = try await store.ask.executions.find(id) else {
        throw AbortError.noExecution(id)
      }
      return AbortAnswer(.aborted, execution: record)
    } catch let error as AbortError {
      throw error
    } catch {
      throw .failed("\(error)")
    }
  }

  func waitUntilEnded(_ id: ExecutionID) async throws -> ExecutionRecord? {
    try await store.ask.executions.find(id)
  }

  /// Ends an execution as the conductor would.
  func end(_ id: ExecutionID, _ status: ExecutionStatus, at time: Int64 = 5_000_000) async throws {
    try await store.ask.run(
      "UPDATE execution SET status = $2, started_at = 1000000, ended_at = $3 WHERE id = $1",
      [.integer(id.number), .text(status.rawValue), .integer(time)])
  }
}

/// The API over a fresh SQLite store, with a token of an administrator.
struct APIFixture: Sendable {
  let store: Store
  /// How many statements the routes have asked the database for.
  let traffic: LoggedDatabase
  let executions: ScriptedExecutions
  let table: RouteTable
  let token: String
  let client: any TestClientProtocol
  /// What the routes log.
  let log: LogRecorder

  static func with(
    limits: APILimits = APILimits(),
    cluster: @Sendable (Store) async throws -> (any ClusterControl)? = { _ in nil },
    logStorage: @Sendable (Store) throws -> LogStorageService? = { _ in nil },
    logFilters: GlobalLogFilters = .none,
    _ body: @Sendable (APIFixture) async throws -> Void
  ) async throws {
    try await Engine.sqlite.withDatabase { database in
      let traffic = LoggedDatabase(database)
      let store = Store(traffic)
      try await store.migrate()
      let executions = ScriptedExecutions(store: store)
      let storage = try logStorage(store)
      let dependencies = APIDependencies(
        store: store,
        keys: SealedKeys(store: store, sealer: EnvelopeSealer(key: .random())),
        executions: executions,
        logs: LogReader(store: store, stored: storage?.source, globalFilters: logFilters),
        tokens: TokenAuthenticator(store: store), sessions: WebSessions(store: store),
        login: Login(store: store, now: { Instant(microseconds: 0) }),
        cluster: try await cluster(store), logStorage: storage,
        server: ServerFacts(
          url: "http://localhost:4440/", uuid: "member", version: "0.1.0", base: "/var/lib/q",
          startedAt: Instant(microseconds: 0), nodeName: { "here" }),
        limits: limits, now: { Instant(microseconds: 60_000_000) })
      let made = try await TokenIssue(store: store).create(
        for: "admin", by: "admin", roles: ["admin"], name: nil, lifetime: nil)
      let router = API.makeRouter(dependencies)
      let log = LogRecorder()
      try await Application(router: router, logger: log.logger).test(.router) { client in
        try await body(
          APIFixture(
            store: store, traffic: traffic, executions: executions,
            table: API(dependencies).routes, token: made.token, client: client, log: log))
      }
    }
  }
}

/// An answer, read.
struct Answer {
  let status: Int
  let headers: HTTPFields
  let bytes: [UInt8]

  var text: String { String(decoding: bytes, as: UTF8.self) }
  var json: JSON { (try? JSON.read(bytes)) ?? .null }
  var message: String? { json["message"]?.scalar }
  var errorCode: String? { json["errorCode"]?.scalar }

  func header(_ name: String) -> String? {
    HTTPField.Name(name).flatMap { headers[$0] }
  }
}

extension APIFixture {
  /// Sends a request below `/api/59` (or another version), as the administrator unless told otherwise.
  func send(
    _ method: HTTPRequest.Method, _ path: String, version: String = "59", body: String? = nil,
    type: String? = nil, headers: [String: String] = [:], authenticated: Bool = true
  ) async throws -> Answer {
    try await raw(
      method, "/api/\(version)\(path)", body: body, type: type, headers: headers,
      authenticated: authenticated)
  }

  func raw(
    _ method: HTTPRequest.Method, _ path: String, body: String? = nil, type: String? = nil,
    headers: [String: String] = [:], authenticated: Bool = false
  ) async throws -> Answer {
    var fields: HTTPFields = [:]
    if authenticated { fields[HTTPField.Name("X-Rundeck-Auth-Token")!] = token }
    if let type { fields[.contentType] = type }
    for (name, value) in headers { fields[HTTPField.Name(name)!] = value }
    let response = try await client.execute(
      uri: path, method: method, headers: fields, body: body.map { ByteBuffer(string: $0) })
    return Answer(
      status: response.status.code, headers: response.headers,
      bytes: Array(response.body.readableBytesView))
  }

  func get(_ path: String) async throws -> Answer { try await send(.get, path) }
  func post(_ path: String, _ json: String? = nil) async throws -> Answer {
    try await send(.post, path, body: json, type: json == nil ? nil : "application/json")
  }

  func makeProject(_ name: String = "P") async throws {
    _ = try await post("/projects", "{\"name\":\"\(name)\"}")
  }

  /// Imports one job with a command and answers with its identifier.
  @discardableResult
  func makeJob(
    _ name: String = "job", group: String = "", uuid: String? = nil, project: String = "P"
  ) async throws -> String {
    let answer = try await send(
      .post, "/project/\(project)/jobs/import",
      body: Self.yaml(name, group: group, uuid: uuid), type: "application/yaml")
    return answer.json["succeeded"]?.elements?.first?["id"]?.scalar ?? answer.text
  }

  static func yaml(_ name: String, group: String = "", uuid: String? = nil) -> String {
    """
    - name: \(name)
      group: '\(group)'
    \(uuid.map { "  uuid: \($0)\n  id: \($0)" } ?? "  description: ''")
      loglevel: INFO
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: echo one
        - exec: echo two
    """
  }

  /// Writes lines of standard output into an execution's log.
  func print(_ lines: [String], to id: Int64) async throws {
    for line in lines {
      let frame = Frame(.stdout, time: 2_000_000, text: line + "\n")
      try await store.ask.logs.append(
        LogChunkDraft(data: frame.bytes, lines: 1), to: ExecutionID(id), step: "1", node: "here")
    }
  }
}
