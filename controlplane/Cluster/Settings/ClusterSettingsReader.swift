import Model

/// Reads one setting after the other and gathers what is wrong with them.
struct ClusterSettingsReader {
  private let values: [String: String]
  private(set) var problems: [ClusterSettingsProblem] = []

  init(_ values: [String: String]) { self.values = values }

  mutating func flag(_ key: String) -> Bool? {
    guard let text = text(key) else { return nil }
    switch text.lowercased() {
    case "true": return true
    case "false": return false
    default: return refuse(key, "“\(text)” is neither true nor false")
    }
  }

  mutating func mode(_ key: String) -> ExecutionMode? {
    guard let text = text(key) else { return nil }
    return ExecutionMode(rawValue: text.lowercased())
      ?? refuse(key, "“\(text)” is neither active nor passive")
  }

  mutating func duration(_ key: String, isZeroAllowed: Bool = true) -> Duration? {
    guard let text = text(key) else { return nil }
    guard let duration = Duration(written: text, plain: 1_000), duration <= Self.longest,
      isZeroAllowed || duration > .zero
    else {
      return refuse(
        key, "“\(text)” is not a duration such as 500ms, 10s, 5m or a number of seconds")
    }
    return duration
  }

  private static let longest = Duration.seconds(3_650 * 86_400)

  func list(_ key: String) -> [String] {
    (text(key) ?? "").split(separator: ",").map(Self.trimmed).filter { !$0.isEmpty }
  }

  mutating func timing() -> ClusterTiming {
    let prefix = "rundeck.clusterMode.heartbeat."
    let usual = ClusterTiming()
    let heartbeat = duration(prefix + "interval", isZeroAllowed: false) ?? usual.heartbeat
    let inactive = duration(prefix + "considerInactive", isZeroAllowed: false)
    let dead =
      duration(prefix + "considerDead", isZeroAllowed: false)
      ?? max(usual.dead, heartbeat * 5, (inactive ?? .zero) * 5 / 3)
    let timing = ClusterTiming(
      heartbeat: heartbeat, firstHeartbeat: duration(prefix + "delay"),
      inactive: inactive ?? dead * 3 / 5, dead: dead,
      poll: duration("rundeck.clusterMode.remoteExec.process.interval", isZeroAllowed: false)
        ?? usual.poll)
    if let problem = Self.contradiction(in: timing) {
      problems.append(problem)
      return usual
    }
    return timing
  }

  mutating func rule(_ prefix: String, offersRemoteExecution: Bool) -> TakeoverRule {
    let usual = TakeoverRule()
    let policy = policy(prefix, offersRemoteExecution: offersRemoteExecution)
    return TakeoverRule(
      isEnabled: flag(prefix + ".enabled") ?? usual.isEnabled, policy: policy ?? usual.policy,
      delay: duration(prefix + ".delay") ?? usual.delay,
      pause: duration(prefix + ".sleep") ?? usual.pause)
  }

  private mutating func policy(
    _ prefix: String, offersRemoteExecution: Bool
  ) -> TakeoverRule.Policy? {
    let key = prefix + ".policy"
    guard let text = text(key) else { return nil }
    switch text.lowercased() {
    case "any": return .any
    case "static":
      let allowed = list(prefix + ".config.allowed").map(MemberID.init)
      if allowed.isEmpty {
        problems.append(
          ClusterSettingsProblem(
            key: prefix + ".config.allowed", message: "the policy Static needs UUIDs here"))
      }
      return .only(Set(allowed))
    case "remoteexecution" where offersRemoteExecution: return .remoteExecution
    default:
      let names = offersRemoteExecution ? "Any, Static or RemoteExecution" : "Any or Static"
      return refuse(key, "“\(text)” is not \(names)")
    }
  }

  /// What makes the three times useless together.
  private static func contradiction(in timing: ClusterTiming) -> ClusterSettingsProblem? {
    let prefix = "rundeck.clusterMode.heartbeat."
    if timing.inactive < timing.heartbeat * 2 {
      return ClusterSettingsProblem(
        key: prefix + "considerInactive",
        message: "it must be at least twice the interval, or one late heartbeat stops the member")
    }
    guard timing.dead < timing.inactive + timing.heartbeat else { return nil }
    return ClusterSettingsProblem(
      key: prefix + "considerDead",
      message:
        "it must be at least considerInactive and one interval together, or members could be "
        + "declared dead that still act")
  }

  private func text(_ key: String) -> String? {
    guard let text = values[key].map({ Self.trimmed($0[...]) }), !text.isEmpty else { return nil }
    return text
  }

  private mutating func refuse<Value>(_ key: String, _ message: String) -> Value? {
    problems.append(ClusterSettingsProblem(key: key, message: message))
    return nil
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start.prefix(start.count - start.reversed().prefix(while: \.isWhitespace).count))
  }
}
