public import HTTPClient
public import Model
public import Store

/// Finds out what options need from outside: values from servers and plugins, uploaded files, secrets. Nothing is kept between two
/// questions.
public struct OptionDesk: Sendable {
  let store: Store?
  let remote: RemoteValueClient?
  let plugins: any OptionValuePlugins
  let keys: any KeyStorage
  let server: ServerNode?
  /// What `rundeck.basedir` means.
  let base: String
  /// This host's clock and its distance from Greenwich in seconds, for dates in values.
  let wallClock: (@Sendable () -> (Instant, Int64))?

  /// A desk that asks the store, servers by `http`, `plugins`, and `keys`.
  public init(
    store: Store, http: HTTPClient, settings: RemoteValuesSettings = RemoteValuesSettings(),
    plugins: any OptionValuePlugins = NoOptionValuePlugins(),
    keys: any KeyStorage = NoKeyStorage(), server: ServerNode, base: String = "",
    wallClock: (@Sendable () -> (Instant, Int64))? = nil
  ) {
    self.store = store
    remote = RemoteValueClient(http: http, settings: settings)
    self.plugins = plugins
    self.keys = keys
    self.server = server
    self.base = base
    self.wallClock = wallClock
  }

  private init() {
    store = nil
    remote = nil
    plugins = NoOptionValuePlugins()
    keys = NoKeyStorage()
    server = nil
    base = ""
    wallClock = nil
  }

  /// A desk that knows nobody to ask.
  public static let closed = OptionDesk()

  /// How many servers and plugins are asked at once for one run.
  static let breadth = 8

  /// The values of a run's options. Throws `invalidOptions`, and `unavailable` when the store does not answer.
  func resolve(_ question: OptionsQuestion) async throws(LaunchError) -> ResolvedOptions {
    do throws(OptionsError) {
      let given = try question.given()
      var resolver = resolver(of: question)
      resolver.facts = try await facts(question, given, resolver)
      return try resolver.resolve(given)
    } catch {
      throw error.isUnavailable
        ? .unavailable(error.messages.joined()) : .invalidOptions(error.messages)
    }
  }

  private func resolver(of question: OptionsQuestion) -> OptionResolver {
    let dates = wallClock.map { clock in
      let (now, offset) = clock()
      return DateVariable(now: now.microseconds, offset: offset)
    }
    return OptionResolver(options: question.job.options, dates: dates)
  }

  private func facts(
    _ question: OptionsQuestion, _ given: [String: String], _ resolver: OptionResolver
  ) async throws(OptionsError) -> OptionFacts {
    var resolver = resolver
    let needs = OptionNeeds(of: question.job.options, given: given, resolver: resolver)
    guard !needs.isEmpty else { return resolver.facts }
    for option in needs.secrets {
      let secret = await secret(of: option, question)
      // What cannot be read now may be read later: that is no fault of the run's.
      if case .failed(let error) = secret, error.isTransient {
        throw OptionsError(unavailable: "Option '\(option.name)': \(error)")
      }
      resolver.facts.secrets[option.name] = secret
    }
    if !needs.files.isEmpty { try await addFiles(needs.files, question, to: &resolver.facts) }
    if !needs.remote.isEmpty {
      try await addRemote(needs.remote, question, given, to: &resolver)
    }
    return resolver.facts
  }

  private func secret(
    of option: JobOption, _ question: OptionsQuestion
  ) async -> OptionFacts.Secret {
    do throws(KeyStorageError) {
      return .value(
        try await keys.password(
          at: option.secretPath ?? "", for: question.user, in: question.project))
    } catch {
      return .failed(error)
    }
  }

  private func addFiles(
    _ keys: [String], _ question: OptionsQuestion, to facts: inout OptionFacts
  ) async throws(OptionsError) {
    guard let store else { return }
    do throws(StoreError) {
      let own = question.execution
      let passed = try await own.map { execution async throws(StoreError) in
        try await store.ask.optionFiles.used(by: execution)
      }
      for file in try await store.ask.optionFiles.find(keys) {
        let isPassed = passed?.contains { $0.id == file.id } ?? false
        if let problem = isPassed ? nil : file.problem(for: question.jobID) {
          facts.fileProblems[file.id] = problem
        } else {
          facts.files[file.id] = OptionFile(file)
        }
      }
    } catch {
      throw OptionsError(unavailable: "\(error)")
    }
  }
}

extension OptionFile {
  init(_ record: OptionFileRecord) {
    self.init(
      key: record.id, name: record.fileName, digest: record.digest ?? "", size: record.size)
  }
}

extension OptionFileRecord {
  /// Why a run of that job may not have it; nil when it may.
  func problem(for job: JobID?) -> String? {
    if self.job != job { return "was uploaded for another job" }
    if isUsable { return nil }
    switch state {
    case .uploading: return "is not there as a whole"
    case .deleted:
      return "was used by execution \(execution.map { "\($0)" } ?? "?") and is deleted"
    case .temp, .expired: return "was not used in time and has expired"
    case .retained: return nil
    }
  }
}

extension Optional where Wrapped: Sendable {
  /// `map` with an asynchronous body.
  fileprivate func map<Value, Failure: Error>(
    _ body: (Wrapped) async throws(Failure) -> Value
  ) async throws(Failure) -> Value? {
    guard let self else { return nil }
    return try await body(self)
  }
}
