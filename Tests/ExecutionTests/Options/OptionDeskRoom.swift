import HTTPClient
import Model
import Store
import Synchronization
import TestSupport

@testable import Execution

/// Secrets by path, and who asked for them.
final class PlayedKeyStorage: KeyStorage {
  private let secrets: [String: Result<String, KeyStorageError>]
  private let asked = Mutex<[String]>([])

  init(_ secrets: [String: Result<String, KeyStorageError>] = [:]) { self.secrets = secrets }

  var questions: [String] { asked.withLock { $0 } }

  func password(
    at path: String, for user: String, in project: String
  ) async throws(KeyStorageError) -> String {
    asked.withLock { $0.append("\(user)@\(project) \(path)") }
    guard let secret = secrets[path] else { throw .missing }
    return try secret.get()
  }
}

/// A storage that is away for so many questions.
final class ReturningKeyStorage: KeyStorage {
  private let secret: String
  private let away: Int
  private let asked = Mutex(0)

  init(after away: Int, _ secret: String) {
    self.away = away
    self.secret = secret
  }

  var count: Int { asked.withLock { $0 } }

  func password(
    at path: String, for user: String, in project: String
  ) async throws(KeyStorageError) -> String {
    let number = asked.withLock { asked in
      asked += 1
      return asked
    }
    guard number > away else { throw .unavailable("it is away") }
    return secret
  }
}

/// A desk over a fresh store with the project `p`.
struct OptionDeskRoom {
  let store: Store
  let desk: OptionDesk

  static func with(
    _ engine: Engine = .sqlite, plugins: any OptionValuePlugins = NoOptionValuePlugins(),
    keys: any KeyStorage = NoKeyStorage(),
    settings: RemoteValuesSettings = RemoteValuesSettings(),
    _ body: (OptionDeskRoom) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      let desk = OptionDesk(
        store: room.store, http: HTTPClient(), settings: settings, plugins: plugins,
        keys: keys,
        server: room.server, base: "/base")
      try await body(OptionDeskRoom(store: room.store, desk: desk))
    }
  }

  func resolve(
    _ options: [JobOption], _ values: [String: String] = [:], argString: String? = nil,
    lists: [String: [String]] = [:], patience: Duration = .seconds(3_600)
  ) async throws(LaunchError) -> ResolvedOptions {
    let job = Job(name: "j", workflow: Workflow(steps: []), options: options)
    var question = OptionsQuestion(
      job: job, jobID: JobID("j"), project: "p", user: "u", argString: argString, values: values,
      lists: lists)
    question.patience = patience
    return try await desk.resolve(question)
  }

  /// Why the run cannot be; empty when it can.
  func messages(
    _ options: [JobOption], _ values: [String: String] = [:], argString: String? = nil,
    patience: Duration = .seconds(3_600)
  ) async -> [String] {
    do throws(LaunchError) {
      _ = try await resolve(options, values, argString: argString, patience: patience)
      return []
    } catch {
      guard case .invalidOptions(let messages) = error else { return ["\(error)"] }
      return messages
    }
  }
}

extension JobOption {
  /// An option with an address for its values.
  static func remote(
    _ name: String, _ address: String, enforced: Bool = true, _ configuration: [JobEntry] = []
  ) -> JobOption {
    var option = JobOption(name: name, valuesUrl: address, enforced: enforced)
    if !configuration.isEmpty { option.kept["configRemoteUrl"] = .map(configuration) }
    return option
  }

}

extension StepServer {
  /// An answer of JSON.
  static func json(_ body: String) -> StepServer.Response {
    StepServer.Response(200, body, headers: ["Content-Type": "application/json"])
  }
}
