import JobFormat
import Model
import Store

extension OptionDesk {
  /// Asks for the values of these options, those first that the addresses of others depend on. Equal questions are asked
  /// once.
  func addRemote(
    _ options: [JobOption], _ question: OptionsQuestion, _ given: [String: String],
    to resolver: inout OptionResolver
  ) async throws(OptionsError) {
    let end = ContinuousClock.now + question.patience
    let context = try await context(of: question)
    var rest = options.map { option in
      let wanted = RemoteTemplate(text: option.remoteAddress ?? "").dependencies
      return (option: option, wanted: wanted.subtracting([option.name]))
    }
    while !rest.isEmpty {
      let waiting = Set(rest.map(\.option.name))
      var ready = rest.filter { $0.wanted.isDisjoint(with: waiting) }.map(\.option)
      // Options that wait for each other are asked with what is known; without time left nobody waits for anybody.
      if ready.isEmpty || ContinuousClock.now >= end { ready = rest.map(\.option) }
      let values = values(resolver, given)
      let round = ready.map { Ask(option: $0, source: source(of: $0, context, values)) }
      let answers = await ask(round, question, context, until: end)
      for (name, answer) in answers.sorted(by: { $0.key < $1.key }) {
        guard case .failed(.noSecret(_, let error)) = answer, error.isTransient else { continue }
        throw OptionsError(unavailable: "Option '\(name)': \(error)")
      }
      resolver.facts.remote.merge(answers) { $1 }
      let done = Set(ready.map(\.name))
      rest.removeAll { done.contains($0.option.name) }
    }
  }

  /// An option whose values are asked for.
  private struct Ask: Sendable {
    let option: JobOption
    let source: Source
  }

  /// Who is asked for values. Equal questions have one answer.
  private enum Source: Sendable, Hashable {
    case server(address: String, configuration: String)
    case plugin(String)
  }

  /// The values of all options as far as they are known.
  private func values(_ resolver: OptionResolver, _ given: [String: String]) -> [String: String] {
    var values = given
    for option in resolver.options {
      values[option.name] = resolver.value(of: option, given: given[option.name])
    }
    return values
  }

  private func source(
    of option: JobOption, _ context: RemoteFacts, _ values: [String: String]
  ) -> Source {
    if let plugin = option.valuesPlugin { return .plugin(plugin) }
    return .server(
      address: RemoteTemplate(text: option.remoteAddress ?? "")
        .expanded(for: option.name, in: context.context, values: values),
      configuration: option.kept["configRemoteUrl"]?.jsonText ?? "")
  }

  private func ask(
    _ asks: [Ask], _ question: OptionsQuestion, _ facts: RemoteFacts,
    until end: ContinuousClock.Instant
  ) async -> [String: OptionFacts.Remote] {
    var answers: [String: OptionFacts.Remote] = [:]
    let groups = Dictionary(grouping: asks, by: \.source)
    await withTaskGroup(of: ([JobOption], OptionFacts.Remote).self) { group in
      var running = 0
      for asks in groups.values.sorted(by: { $0[0].option.name < $1[0].option.name }) {
        if running >= Self.breadth, let (options, answer) = await group.next() {
          for option in options { answers[option.name] = answer.sorted(for: option) }
          running -= 1
        }
        group.addTask {
          (asks.map(\.option), await answer(asks[0], question, facts, until: end))
        }
        running += 1
      }
      for await (options, answer) in group {
        for option in options { answers[option.name] = answer.sorted(for: option) }
      }
    }
    return answers
  }

  private func answer(
    _ ask: Ask, _ question: OptionsQuestion, _ facts: RemoteFacts,
    until end: ContinuousClock.Instant
  ) async -> OptionFacts.Remote {
    do throws(RemoteValuesError) {
      let left = ContinuousClock.now.duration(to: end)
      guard left > .zero else { throw .unreachable("there was no time left to ask for them") }
      switch ask.source {
      case .plugin(let name):
        return .values(try await plugins.values(by: name, in: question.project, within: left))
      case .server(let address, _):
        return .values(try await values(at: address, of: ask.option, question, facts, left))
      }
    } catch {
      return .failed(error)
    }
  }

  private func values(
    at address: String, of option: JobOption, _ question: OptionsQuestion, _ facts: RemoteFacts,
    _ left: Duration
  ) async throws(RemoteValuesError) -> [OptionChoice] {
    guard let remote else { throw .badAddress("this member asks no servers for values") }
    let asked = RemoteValueClient.Question(
      address: try RemoteAddress(address), credential: try await credential(of: option, question),
      filter: option.jsonFilter, checksType: facts.checksType)
    return try await remote.values(asked, within: left)
  }

  private func credential(
    of option: JobOption, _ question: OptionsQuestion
  ) async throws(RemoteValuesError) -> RemoteCredential? {
    guard let authentication = try option.remoteAuthentication() else { return nil }
    do throws(KeyStorageError) {
      let secret = try await keys.password(
        at: authentication.secretPath, for: question.user, in: question.project)
      return authentication.credential(secret)
    } catch {
      throw .noSecret(path: authentication.secretPath, error)
    }
  }

  /// What holds for all addresses of a run.
  struct RemoteFacts: Sendable {
    var context: RemoteContext
    var checksType: Bool
  }

  private func context(of question: OptionsQuestion) async throws(OptionsError) -> RemoteFacts {
    var context = RemoteContext(
      jobName: question.job.name, jobGroup: question.job.group,
      jobDescription: question.job.description, project: question.project,
      user: question.user, nodeName: server?.name ?? "", serverUUID: server?.uuid ?? "",
      base: base, globals: server?.globals ?? [:])
    guard let store else { return RemoteFacts(context: context, checksType: true) }
    do throws(StoreError) {
      let settings = try await store.ask.projects.settings(of: question.project)
      for (key, value) in settings where key.hasPrefix("project.globals.") {
        context.globals[String(key.dropFirst(16))] = value
      }
      return RemoteFacts(
        context: context,
        checksType: settings["project.jobs.disableRemoteOptionJsonCheck"] != "true")
    } catch {
      throw OptionsError(unavailable: "\(error)")
    }
  }
}

extension OptionFacts.Remote {
  /// The answer as the option wants it: several that ask the same may want it in different orders.
  fileprivate func sorted(for option: JobOption) -> Self {
    guard option.sortValues, case .values(let choices) = self else { return self }
    return .values(choices.sorted { $0.name < $1.name })
  }
}
