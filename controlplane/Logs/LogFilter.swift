import Model
import Pattern

/// A log filter of a job that changes what readers are shown of its steps' output. Pure; its positions, and what is
/// stored, stay.
enum LogFilter: Sendable {
  /// Gives lines another level: those that the pattern finds (all without one), or those that it does not find.
  case quiet(SearchPattern?, levels: LogLevel?, isMatching: Bool, to: LogLevel)
  /// Puts a colour around what the pattern finds, or around its groups.
  case highlight(SearchPattern, LogColour)
  /// Shows other words for the mark that stands for secrets.
  case mask([UInt8])
  /// Shows no line.
  case hide

  /// The filter that a definition says; nil for one that changes nothing that is shown, and for one that cannot be
  /// used as it is.
  ///
  /// - Parameter hasSecrets: whether the job has secret values, so that the mark stands for one.
  init?(_ filter: LogFilterDefinition, hasSecrets: Bool) {
    switch filter.type {
    case "quiet-output": self.init(quiet: filter)
    case "highlight-output":
      guard let pattern = Self.pattern(filter) ?? nil, let colour = LogColour(filter) else {
        return nil
      }
      self = .highlight(pattern, colour)
    case "mask-passwords":
      guard hasSecrets else { return nil }
      self = .mask(Self.replacement(filter))
    case "key-value-data", "key-value-data-multilines":
      guard filter.isOn("hideOutput") else { return nil }
      self = .hide
    default: return nil
    }
  }

  private init?(quiet filter: LogFilterDefinition) {
    guard let pattern = Self.pattern(filter) else { return nil }
    let levels = filter.text("matchLoglevel") ?? "normal"
    let isAnyLevel = ["all", "any"].contains(levels.lowercased())
    guard let level = LogLevel(setting: filter.text("loglevel") ?? "verbose"),
      isAnyLevel || LogLevel(setting: levels) != nil
    else { return nil }
    self = .quiet(
      pattern, levels: isAnyLevel ? nil : LogLevel(setting: levels),
      isMatching: filter.isOn("quietMatch"), to: level)
  }

  /// The expression; nil inside for none, nil for one that cannot be read.
  private static func pattern(_ filter: LogFilterDefinition) -> SearchPattern?? {
    guard let text = filter.text("regex") else { return .some(nil) }
    return (try? SearchPattern(text)).map { .some($0) }
  }

  private static func replacement(_ filter: LogFilterDefinition) -> [UInt8] {
    let text = Array((filter.text("replacement") ?? "[SECURE]").utf8)
    guard let colour = LogColour(foreground: filter.text("color")) else { return text }
    return colour.beginning + text + LogColour.end
  }
}

extension LogFilterDefinition {
  /// A setting's text; nil for an empty one.
  fileprivate func text(_ key: String) -> String? {
    config[key].flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension LogLevel {
  /// The level that a filter's setting names: `error`, `warn`, `normal`, `verbose`, `debug`.
  fileprivate init?(setting: String) { self.init(rawValue: setting.uppercased()) }
}

/// A colour and a manner of writing, as the escape sequences of terminals.
struct LogColour: Sendable, Hashable {
  /// Stands before the text.
  let beginning: [UInt8]
  /// Stands behind it.
  static let end = Array("\u{1B}[0m".utf8)

  private static let colours = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
  ]
  private static let modes = ["bold": 1, "underline": 4, "blink": 5, "reverse": 7]

  /// By their names; unknown ones count as none. Nil when there is none.
  init?(foreground: String?, background: String? = nil, mode: String? = nil) {
    let codes = [
      foreground.flatMap(Self.colours.firstIndex).map { 30 + $0 },
      background.flatMap(Self.colours.firstIndex).map { 40 + $0 }, mode.flatMap { Self.modes[$0] },
    ].compactMap(\.self)
    if codes.isEmpty { return nil }
    beginning = Array("\u{1B}[\(codes.map(String.init).joined(separator: ";"))m".utf8)
  }

  /// The one that a filter says.
  init?(_ filter: LogFilterDefinition) {
    self.init(
      foreground: filter.config["fgcolor"], background: filter.config["bgcolor"],
      mode: filter.config["mode"])
  }
}
