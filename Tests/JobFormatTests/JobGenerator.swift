import Model
import TestSupport

/// A map of the definition's tree; nil values are left out.
func map(_ entries: KeyValuePairs<String, JobValue?>) -> JobValue {
  .map(entries.compactMap { entry in entry.value.map { JobEntry(entry.key, $0) } })
}

/// Makes jobs by chance that use every documented field, with texts that are hard on formats.
struct JobGenerator {
  var random: SeededGenerator
  /// XML has no conditional steps.
  var hasConditionals = false

  private static let pieces = [
    "a", "B", " ", "\n", "\t", "\r", "\r\n", "'", "\"", "\\", "#", ": ", "- ", "|", ">", "&amp;",
    "<b>",
    "]]>", "{", "}", "[", "*", "!", "%", "@", "`", "~", "0", "1e5", "true", "null", "é", "日本", "😀",
    "${option.x}", "@option.x@", "\u{85}", "\u{A0}", "\u{2028}", ",", "=", "---", "...", "<<", "=",
    "<![CDATA[", "  \n", "\n\n", "&#10;", "\u{301}", "👩‍👩‍👧",
  ]

  mutating func flag() -> Bool { Bool.random(using: &random) }
  mutating func one(of texts: [String]) -> String { texts.randomElement(using: &random) ?? "" }

  mutating func text() -> String {
    let count = Int.random(in: 0..<8, using: &random)
    return (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
  }

  mutating func visible() -> String { "x" + text() }
  mutating func maybe() -> String? { flag() ? visible() : nil }
  mutating func value() -> JobValue { .text(text()) }
  mutating func maybeValue() -> JobValue? { flag() ? .text(visible()) : nil }
  mutating func maybeFlag() -> JobValue? { flag() ? .boolean(flag()) : nil }
  mutating func count() -> String { flag() ? "3" : "${option." + text() + "}" }
  mutating func duration() -> String { flag() ? "1h 30m" : "${option." + text() + "}" }

  /// Settings of a plugin: scalars of every kind, and sometimes lists and maps.
  mutating func settings() -> JobValue {
    var entries = [JobEntry("k " + text(), value()), JobEntry("key", .text(text()))]
    if flag() { entries.append(JobEntry("number", .number("0.10"))) }
    if flag() { entries.append(JobEntry("switch", .boolean(flag()))) }
    if flag() { entries.append(JobEntry("list", .list([value(), map(["a": value()])]))) }
    if flag() { entries.append(JobEntry("nothing", .null)) }
    return .map(entries)
  }

  mutating func plugin() -> JobValue {
    map(["type": .text(visible()), "configuration": flag() ? settings() : nil])
  }

  mutating func job() -> Job {
    var job = Job(
      id: flag() ? JobID(visible()) : nil,
      name: visible().split(separator: "/").joined(), group: flag() ? "g/h" : "",
      description: text(), loglevel: JobLogLevel.allCases.randomElement(using: &random) ?? .info,
      workflow: workflow(),
      options: (0..<Int.random(in: 0..<4, using: &random)).map { option($0) })
    if flag() {
      job.nodeFilter = NodeDispatch(
        filter: text(), excludeFilter: maybe(), excludePrecedence: flag(),
        successOnEmptyNodeFilter: flag(), threadcount: count(), keepgoing: flag(),
        rankAttribute: maybe(), rankOrder: flag() ? .ascending : .descending)
      job.nodesSelectedByDefault = flag()
    }
    job.nodeFilterEditable = flag()
    job.executionEnabled = flag()
    job.scheduleEnabled = flag()
    job.multipleExecutions = flag()
    job.maxMultipleExecutions = flag() ? count() : nil
    job.timeout = flag() ? duration() : nil
    addSettings(to: &job)
    return job
  }
}
