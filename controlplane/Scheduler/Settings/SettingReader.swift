import Model

/// Reads keys one after the other and collects what is not allowed.
struct SettingReader {
  let values: [String: String]
  var problems: [SchedulerSettingProblem] = []

  /// Gives the key's value to `take`, when it is there and `parse` understands it.
  mutating func read<Value>(
    _ key: SchedulerKey, _ allowed: String, as parse: (String) -> Value?, _ take: (Value) -> Void
  ) {
    guard let text = values[key.rawValue] else { return }
    guard let value = parse(SettingText.trimmed(text)) else {
      problems.append(
        SchedulerSettingProblem(key: key.rawValue, value: text, allowed: allowed))
      return
    }
    take(value)
  }

  /// The same for a duration whose plain number is seconds.
  mutating func seconds(
    _ key: SchedulerKey, _ range: ClosedRange<Duration>, _ take: (Duration) -> Void
  ) {
    let allowed =
      "a duration from \(range.lowerBound) to \(range.upperBound), for example 500ms or 10s"
    read(key, allowed, as: { SettingText.duration($0, unit: 1_000, in: range) }, take)
  }
}

/// How values are written.
enum SettingText {
  /// The text without white space around it.
  static func trimmed(_ text: String) -> String {
    let rest = text.drop(while: \.isWhitespace)
    guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(rest[...last])
  }

  /// A switch.
  static func flag(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "yes", "on", "1": true
    case "false", "no", "off", "0": false
    default: nil
    }
  }

  /// `500ms`, `10s`, `5m`, `2h`, `1d`, or a plain number of `unit` milliseconds, when it is in `range`.
  static func duration(
    _ text: String, unit: Int64, in range: ClosedRange<Duration>
  ) -> Duration? {
    guard let duration = Duration(written: text, plain: unit) else { return nil }
    return range.contains(duration) ? duration : nil
  }
}

extension Duration {
  /// Whole milliseconds, rounded down.
  var milliseconds: Int64 {
    components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
  }
}
