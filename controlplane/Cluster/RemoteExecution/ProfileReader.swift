import Model

/// Reads one profile, or the default policy.
struct ProfileReader {
  /// Nil for the default policy.
  let name: String?

  private var prefix: String {
    name.map { RemoteExecutionKeys.profile + $0 + "." } ?? RemoteExecutionKeys.root
  }

  /// `activeOnly`: what holds when the profile does not say it. Nothing else is taken over from the default
  /// policy.
  func read(from reader: inout PropertyReader, activeOnly: Bool) -> RemoteExecutionProfile {
    RemoteExecutionProfile(
      name: name, projects: projects(from: &reader), policy: policy(from: &reader),
      bounds: bounds(from: &reader, activeOnly: activeOnly))
  }

  private func projects(from reader: inout PropertyReader) -> [String] {
    guard name != nil else { return [] }
    let key = prefix + "projects"
    let projects = reader.list(key)
    if projects.isEmpty {
      reader.warn(key, nil, "is missing, so the profile is used by no project")
    }
    return projects
  }

  private func bounds(from reader: inout PropertyReader, activeOnly: Bool) -> MemberBounds {
    MemberBounds(
      allowed: reader.value(
        prefix + "config.allowed", form: AllowedMembers.form, AllowedMembers.init),
      allowedTags: reader.value(
        prefix + "config.allowedTags", form: TagExpression.form, TagExpression.init),
      preferredTags: reader.value(
        prefix + "config.preferredTags", form: TagExpression.form, TagExpression.init),
      isActiveOnly: reader.flag(prefix + "config.activeOnly", default: activeOnly))
  }

  private func policy(from reader: inout PropertyReader) -> RemoteExecutionPolicy {
    let key = prefix + "policy"
    let chosen = reader.name(key, of: RemoteExecutionPolicy.names)
    if chosen == nil, name != nil, reader.text(key) == nil {
      reader.warn(key, nil, "is missing, which has the effect of None")
    }
    let uuid = preset(isNeeded: chosen == "Preset", from: &reader)
    let rule = loadRule(from: &reader)
    return switch chosen {
    case "Random": .random
    case "RoundRobin": .roundRobin
    case "Preset": uuid.map { .preset($0) } ?? .none
    case "Load": .load(rule)
    default: .none
    }
  }

  private func preset(isNeeded: Bool, from reader: inout PropertyReader) -> MemberID? {
    let key = prefix + "config.uuid"
    let form = "the UUID of one member"
    let uuid = reader.value(key, form: form) { $0.contains(",") ? nil : MemberID($0) }
    if isNeeded, uuid == nil, reader.text(key) == nil {
      reader.reject(key, nil, "the policy Preset needs \(form)")
    }
    return uuid
  }
}

// MARK: The policy Load.

extension ProfileReader {
  private func loadRule(from reader: inout PropertyReader) -> LoadRule {
    let criteria = self.criteria(from: &reader) ?? LoadRule.Criterion.allCases
    let weights = self.weights(for: criteria, from: &reader)
    let parts = zip(criteria, weights).map { LoadRule.Part($0, weight: $1) }
    let groups = reader.value(
      prefix + "config.groupWeight",
      form: "numbers separated by commas, one for each group, not negative and not all 0"
    ) { Self.numbers($0) }
    return LoadRule(parts: parts, groupWeights: groups)
  }

  private func criteria(from reader: inout PropertyReader) -> [LoadRule.Criterion]? {
    reader.value(
      prefix + "config.criteria", form: "threadRatio, load or both, separated by a comma"
    ) { text in
      let named = text.listEntries.map { LoadRule.Criterion(rawValue: $0) }
      let known = named.compactMap(\.self)
      return known.isEmpty || known.count < named.count || Set(known).count < known.count
        ? nil : known
    }
  }

  private func weights(
    for criteria: [LoadRule.Criterion], from reader: inout PropertyReader
  ) -> [Double] {
    let count = criteria.count
    let weights = reader.value(
      prefix + "config.weights",
      form:
        "\(count) numbers separated by commas, one for each criterion, not negative and not all 0"
    ) { text in Self.numbers(text).flatMap { $0.count == count ? $0 : nil } }
    return weights ?? criteria.map { _ in 1 }
  }

  /// Nil unless every entry is a number that is not negative, and one is greater than 0.
  private static func numbers(_ text: String) -> [Double]? {
    let entries = text.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
    let numbers = entries.compactMap(Double.init).filter { $0.isFinite && $0 >= 0 }
    guard numbers.count == entries.count, numbers.contains(where: { $0 > 0 }) else { return nil }
    return numbers
  }
}
