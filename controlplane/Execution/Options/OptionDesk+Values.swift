public import Model

/// The values that an option may have for a run, as they are now.
public struct OptionValues: Sendable, Hashable {
  public var choices: [OptionChoice]
  /// Whether a server or a plugin has them.
  public var isRemote: Bool
  /// The plugin that lists them; nil without one.
  public var plugin: String?
  /// Whether no other value is taken.
  public var isEnforced: Bool
  /// The options whose values they depend on.
  public var dependsOn: [String]
}

extension OptionDesk {
  /// The values of one option of a job, those of its server or plugin included, when the other options have these values.
  ///
  /// Throws `unreachable`, `status`, `unreadable`, `badAddress`, `noSecret` and `plugin` for values that cannot be had. Nil when the
  /// job has no such option.
  public func values(
    of name: String, in job: Job, _ id: JobID, project: String, user: String,
    given: [String: String]
  ) async throws(RemoteValuesError) -> OptionValues? {
    guard let option = job.options.first(where: { $0.name == name }) else { return nil }
    var choices = (option.staticValues ?? []).map { OptionChoice(name: $0, value: $0) }
    guard option.hasRemoteValues else {
      if option.sortValues { choices.sort { $0.name < $1.name } }
      return OptionValues(
        choices: choices, isRemote: false, isEnforced: option.enforced, dependsOn: [])
    }
    let question = OptionsQuestion(job: job, jobID: id, project: project, user: user)
    var resolver = OptionResolver(options: job.options)
    do throws(OptionsError) {
      try await addRemote([option], question, given, to: &resolver)
    } catch {
      throw .unreachable(error.messages.joined(separator: "; "))
    }
    switch resolver.facts.remote[name] {
    case .values(let found): choices += found
    case .failed(let error): throw error
    case nil: break
    }
    return OptionValues(
      choices: choices, isRemote: true, plugin: option.valuesPlugin, isEnforced: option.enforced,
      dependsOn: RemoteTemplate(text: option.remoteAddress ?? "").dependencies.sorted())
  }

  /// What a plugin lists for options of jobs of that project. Throws `plugin`.
  public func values(
    by plugin: String, in project: String
  ) async throws(RemoteValuesError) -> [OptionChoice] {
    try await plugins.values(by: plugin, in: project, within: .seconds(600))
  }
}
