import Model

/// The scheduler's configuration keys.
public enum SchedulerKey: String, Sendable, CaseIterable {
  /// Rundeck's: whether missed instants are marked; `true` unless given.
  case misfireDetection = "rundeck.feature.misfireDetection.enabled"
  /// Rundeck's: how late, in milliseconds, an instant is missed; 60000 unless given.
  case misfireThreshold = "rundeck.scheduler.misfire.threshold"
  /// Rundeck's: the longest pause, in milliseconds, between two looks at what has no outcome.
  case misfireCheckRate = "rundeck.scheduler.misfire.checkRate"
  /// `skip`, `latest` or `all`.
  case catchUpMode = "quarterdeck.scheduler.catchUp.mode"
  /// How late an instant may be and still run; seconds. Wins over Rundeck's threshold.
  case catchUpWindow = "quarterdeck.scheduler.catchUp.window"
  /// Late launches of one member a second.
  case catchUpRate = "quarterdeck.scheduler.catchUp.rate"
  /// How late an instant of a running member still counts as on time; seconds.
  case patience = "quarterdeck.scheduler.patience"
  /// How often changed schedules are asked for when no notice came; seconds.
  case poll = "quarterdeck.scheduler.poll"
  /// How often it is written how far jobs are settled; seconds.
  case advance = "quarterdeck.scheduler.advance"
}

extension SchedulerSettings {
  /// The settings of a configuration, as texts by key; keys of others are not looked at. A value that is
  /// not allowed leaves the default and is named in `problems`.
  public init(_ values: [String: String], problems: inout [SchedulerSettingProblem]) {
    self.init()
    var reader = SettingReader(values: values)
    readRundecksKeys(&reader)
    readOwnKeys(&reader)
    problems += reader.problems
  }

  private mutating func readRundecksKeys(_ reader: inout SettingReader) {
    reader.read(.misfireDetection, "true or false", as: SettingText.flag) { marksMisses = $0 }
    let milliseconds = "milliseconds from 1 to 31536000000"
    reader.read(
      .misfireThreshold, milliseconds,
      as: { SettingText.duration($0, unit: 1, in: .milliseconds(1) ... .seconds(31_536_000)) },
      { catchUp.window = ($0.milliseconds + 999) / 1_000 })
    reader.read(
      .misfireCheckRate, milliseconds,
      as: { SettingText.duration($0, unit: 1, in: .milliseconds(1) ... .seconds(31_536_000)) },
      { doubtPause = max($0, .milliseconds(100)) })
  }

  private mutating func readOwnKeys(_ reader: inout SettingReader) {
    reader.read(.catchUpMode, "skip, latest or all", as: CatchUpPolicy.Mode.init(rawValue:)) {
      catchUp.mode = $0
    }
    reader.seconds(.catchUpWindow, .zero ... .seconds(31_536_000)) {
      catchUp.window = ($0.milliseconds + 999) / 1_000
    }
    reader.read(
      .catchUpRate, "a whole number from 1 to 100000",
      as: { Int($0).flatMap { (1...100_000).contains($0) ? $0 : nil } }, { catchUpRate = $0 })
    reader.seconds(.patience, .zero ... .seconds(60)) { patience = $0 }
    reader.seconds(.poll, .milliseconds(100) ... .seconds(3_600)) { poll = $0 }
    reader.seconds(.advance, .milliseconds(100) ... .seconds(3_600)) { advance = $0 }
  }
}
