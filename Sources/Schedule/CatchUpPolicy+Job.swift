public import Model

extension CatchUpPolicy {
  /// The job's own policy for due instants that nobody fired in time, out of its definition:
  ///
  /// ```yaml
  /// plugins:
  ///   quarterdeck:
  ///     catchUp:
  ///       mode: latest   # skip, latest, all
  ///       window: 10m    # seconds, or with units: 90, 90s, 10m, 1h 30m, 2d
  /// ```
  ///
  /// It stands among the plugins because Rundeck keeps what stands there. Nil when the job has none; what
  /// it leaves out is as in `CatchUpPolicy()`.
  ///
  /// - Throws: `ScheduleError` with `catchUp` for another shape.
  public init?(of job: Job) throws(ScheduleError) {
    guard let value = job.kept["plugins"]?["quarterdeck"]?["catchUp"], value != .null else {
      return nil
    }
    guard case .map(let entries) = value else {
      throw Self.wrong("", nil, "expected a map of mode and window, found \(value.kindName)")
    }
    self.init()
    for entry in entries {
      switch entry.key {
      case "mode": mode = try Self.mode(entry.value)
      case "window": window = try Self.window(entry.value)
      default: throw Self.wrong(entry.key, nil, "no such setting; there are mode and window")
      }
    }
  }

  /// The longest window, in seconds: 366 days.
  public static let longestWindow: Int64 = 366 * 86_400

  private static func mode(_ value: JobValue) throws(ScheduleError) -> Mode {
    if let mode = value.scalarText.flatMap({ Mode(rawValue: $0.lowercased()) }) { return mode }
    let allowed = Mode.allCases.map(\.rawValue).joined(separator: ", ")
    throw wrong("mode", value, "must be one of \(allowed)")
  }

  private static func window(_ value: JobValue) throws(ScheduleError) -> Int64 {
    if let seconds = value.scalarText.flatMap(seconds), seconds <= longestWindow { return seconds }
    throw wrong(
      "window", value, "must be seconds, or numbers with s, m, h or d as in 1h 30m; at most 366d")
  }

  /// Seconds of `90`, `90s`, `1h 30m`, `2d`; nil for another text.
  static func seconds(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    var total: Int64 = 0
    var number: Int64?
    for character in text where !character.isWhitespace {
      if character.isASCII, let digit = character.wholeNumberValue {
        number = (number ?? 0) * 10 + Int64(digit)
        guard number! < 1_000_000_000 else { return nil }
      } else {
        guard let unit = units[character], let count = number else { return nil }
        total += count * unit
        number = nil
      }
      guard total < 1_000_000_000_000 else { return nil }
    }
    guard let number else { return text.contains(where: { units[$0] != nil }) ? total : nil }
    return total + number
  }

  private static func wrong(_ key: String, _ value: JobValue?, _ message: String) -> ScheduleError {
    let place = ["plugins.quarterdeck.catchUp", key].filter { !$0.isEmpty }.joined(separator: ".")
    return ScheduleError(
      .catchUp, field: key.isEmpty ? "catch-up" : "catch-up \(key)", text: value?.scalarText,
      message: message, key: place)
  }
}
