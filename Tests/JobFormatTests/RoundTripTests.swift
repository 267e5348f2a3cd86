import JobFormat
import Model
import Testing

/// A generator that gives the same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Makes jobs by chance, with texts that are hard on formats.
struct JobGenerator {
  var random: SeededGenerator

  private static let pieces = [
    "a", "B", " ", "\n", "\t", "\r", "\r\n", "'", "\"", "\\", "#", ": ", "- ", "|", ">", "&amp;",
    "<b>",
    "]]>", "{", "}", "[", "*", "!", "%", "@", "`", "~", "0", "1e5", "true", "null", "é", "日本", "😀",
    "${option.x}", "@option.x@", "\u{85}", "\u{A0}", "\u{2028}", ",", "=", "---", "...", "<<", "=",
  ]

  private mutating func flag() -> Bool { Bool.random(using: &random) }

  private mutating func text() -> String {
    let count = Int.random(in: 0..<8, using: &random)
    return (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
  }

  private mutating func visible() -> String { "x" + text() }
  private mutating func maybe() -> String? { flag() ? visible() : nil }

  private mutating func kind() -> StepKind {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return .exec(visible())
    case 1:
      let interpreter = maybe()
      return .script(
        ScriptStep(
          text: visible(), arguments: maybe(), interpreter: interpreter,
          interpreterArgsQuoted: flag(), fileExtension: maybe(), expandTokens: flag(),
          passSecureInput: flag(), autoSecureInput: flag(), secureFormat: maybe()))
    case 2:
      return .other(
        OtherStep(
          type: "plugin", nodeStep: false,
          definition: [
            "type": .text("plugin"), "nodeStep": .boolean(false),
            "configuration": .map([JobEntry("k " + text(), .text(text()))]),
          ]))
    default:
      let reference = JobValue.map([
        JobEntry("group", .text(text())), JobEntry("name", .text(visible())),
        JobEntry("args", .text(text())),
      ])
      return .other(
        OtherStep(type: "jobref", nodeStep: false, definition: ["jobref": sorted(reference)]))
    }
  }

  private func sorted(_ value: JobValue) -> JobValue {
    guard case .map(let entries) = value else { return value }
    return .map(entries.sorted { $0.key < $1.key })
  }

  private mutating func step() -> WorkflowStep {
    var step = WorkflowStep(kind(), description: maybe())
    if flag() { step.errorHandler = WorkflowStep(kind(), keepgoingOnSuccess: flag()) }
    return step
  }

  private mutating func option(_ index: Int) -> JobOption {
    let values = flag() ? (0..<3).map { _ in text() } : nil
    return JobOption(
      name: "o\(index)", label: maybe(), description: maybe(), defaultValue: maybe(),
      values: values, required: flag(), multivalued: flag(), delimiter: visible(),
      multivalueAllSelected: flag(), valueExposed: flag(), isDate: flag(), dateFormat: maybe(),
      sortIndex: flag() ? index : nil)
  }

  mutating func job() -> Job {
    var job = Job(
      id: flag() ? JobID(visible()) : nil,
      name: visible().split(separator: "/").joined(), group: flag() ? "g" : "",
      description: text(), loglevel: JobLogLevel.allCases.randomElement(using: &random) ?? .info,
      workflow: Workflow(
        keepgoing: flag(), steps: (0..<Int.random(in: 1..<4, using: &random)).map { _ in step() }),
      options: (0..<Int.random(in: 0..<3, using: &random)).map { option($0) })
    if flag() {
      job.nodeFilter = NodeDispatch(
        filter: text(), excludeFilter: maybe(), threadcount: "3", keepgoing: flag(),
        rankAttribute: maybe())
      job.nodesSelectedByDefault = flag()
    }
    job.executionEnabled = flag()
    job.scheduleEnabled = flag()
    job.multipleExecutions = flag()
    job.timeout = Bool.random(using: &random) ? "1h 30m" : nil
    if flag() { job.kept["tags"] = .text(visible()) }
    if flag() { job.kept["retry"] = .text("${option." + text() + "}") }
    let isFree = !job.options.contains(where: \.required)
    if isFree { job.kept["schedule"] = .map([JobEntry("crontab", .text(visible()))]) }
    return job
  }
}

@Suite struct RoundTripTests {
  @Test(arguments: 0..<8)
  func `jobs by chance go through all formats unchanged`(seed: Int) throws {
    var generator = JobGenerator(random: SeededGenerator(seed: UInt64(seed)))
    for _ in 0..<60 {
      let job = generator.job()
      var jobs = [job]
      for format in [JobFormatName.yaml, .json, .xml, .yaml] {
        let text = try JobDocument.encode(jobs, format: format)
        let again = try decode(text, format)
        if again != [job] {
          Issue.record("\(format) changed \(job)\nto \(again)\nwritten as \(text)")
          return
        }
        jobs = again
      }
    }
  }
}
