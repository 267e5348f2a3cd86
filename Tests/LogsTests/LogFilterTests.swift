import Model
import Spool
import Store
import TestSupport
import Testing

@testable import Logs

@Suite struct LogFilterTests {
  typealias Definition = (type: String, config: [String: String])

  /// A job with filters of its own and of its two steps.
  private static func job(
    _ common: [Definition] = [], _ first: [Definition] = [], hasSecrets: Bool = false
  ) -> Job {
    let step = WorkflowStep(.exec("x"), kept: ["plugins": plugins(first)])
    let options = [JobOption(name: "password", secure: true)]
    return Job(
      name: "job",
      workflow: Workflow(
        steps: [step, WorkflowStep(.exec("y"))], kept: ["pluginConfig": plugins(common)]),
      options: hasSecrets ? options : [])
  }

  private static func plugins(_ filters: [Definition]) -> JobValue {
    let list = filters.map { filter in
      JobValue.map([
        JobEntry("type", .text(filter.type)),
        JobEntry("config", .map(filter.config.map { JobEntry($0.key, .text($0.value)) })),
      ])
    }
    return .map([JobEntry("LogFilter", .list(list))])
  }

  private static func entry(
    _ text: String, level: LogLevel = .normal, step: String? = "1",
    source: LogOrigin = .standardOutput
  ) -> LogEntry {
    LogEntry(
      time: Instant(microseconds: 1), source: source, level: level, step: step, node: "n",
      bytes: Array(text.utf8), continues: false, position: 5, nextPosition: 9)
  }

  private static func shown(_ filters: [Definition], _ text: String) -> String? {
    LogFilters(of: job([], filters)).applied(to: [entry(text)]).first?.text
  }

  private static func level(
    _ config: [String: String], _ text: String, _ level: LogLevel = .normal
  ) -> LogLevel? {
    LogFilters(of: job([("quiet-output", config)])).applied(to: [entry(text, level: level)])
      .first?.level
  }

  @Test func `quiet output gives what matches another level, or what does not match`() {
    let matching = ["regex": "^#", "loglevel": "debug", "quietMatch": "true"]
    #expect(Self.level(matching, "# note") == .debug)
    #expect(Self.level(matching, "result") == .normal)
    #expect(Self.level(["regex": "^#"], "# note") == .normal)
    #expect(Self.level(["regex": "^#"], "result") == .verbose)
    #expect(Self.level(["quietMatch": "true"], "anything") == .verbose)
  }

  @Test func `quiet output looks at lines of one level, or of any`() {
    let normal = ["regex": "x", "quietMatch": "true"]
    #expect(Self.level(normal, "x", .error) == .error)
    let errors = normal.merging(["matchLoglevel": "error", "loglevel": "warn"]) { $1 }
    #expect(Self.level(errors, "x", .error) == .warning && Self.level(errors, "x") == .normal)
    let any = normal.merging(["matchLoglevel": "all"]) { $1 }
    #expect(Self.level(any, "x", .error) == .verbose && Self.level(any, "x") == .verbose)
  }

  @Test func `highlighting puts the colour around each match, or around its groups alone`() {
    let red = ["fgcolor": "red", "bgcolor": "yellow", "mode": "bold"]
    let whole = [("highlight-output", red.merging(["regex": "a+"]) { $1 })]
    #expect(
      Self.shown(whole, "🙂 baab a")
        == "🙂 b\u{1B}[31;43;1maa\u{1B}[0mb \u{1B}[31;43;1ma\u{1B}[0m")
    let groups = [("highlight-output", ["regex": "this (is) a (test)", "mode": "underline"])]
    #expect(
      Self.shown(groups, "this is a test")
        == "this \u{1B}[4mis\u{1B}[0m a \u{1B}[4mtest\u{1B}[0m")
    #expect(Self.shown(groups, "another") == "another")
    let nested = [("highlight-output", ["regex": "((a)b)(c)?", "mode": "blink"])]
    #expect(Self.shown(nested, "xab") == "x\u{1B}[5mab\u{1B}[0m")
  }

  @Test func `only normal lines of text are highlighted`() {
    let filters = LogFilters(of: Self.job([("highlight-output", ["regex": ".", "mode": "bold"])]))
    var binary = Self.entry("a")
    binary.bytes = [0x61, 0xFF]
    let entries = [
      Self.entry("a", level: .error, source: .standardError),
      Self.entry("a", source: .server), Self.entry("a", level: .warning, source: .supervisor),
      Self.entry("a", step: nil), binary,
    ]
    #expect(filters.applied(to: entries) == entries)
  }

  @Test func `the mark of a secret is shown as the replacement, and other stars are left alone`() {
    let filter: Definition = ("mask-passwords", ["replacement": "[hidden]", "color": "blue"])
    let filters = LogFilters(of: Self.job([filter], hasSecrets: true))
    let shown = filters.applied(to: [Self.entry("pw=***** ****** ****")]).map(\.text)
    #expect(shown == ["pw=\u{1B}[34m[hidden]\u{1B}[0m ****** ****"])
    let plain = LogFilters(of: Self.job([("mask-passwords", [:])], hasSecrets: true))
    #expect(plain.applied(to: [Self.entry("*****")]).map(\.text) == ["[SECURE]"])
    #expect(LogFilters(of: Self.job([filter])).isEmpty)
  }

  @Test func `output that a capturing filter hides is not shown, and errors are`() {
    let filters = LogFilters(
      of: Self.job([], [("key-value-data-multilines", ["regex": "(a)", "hideOutput": "true"])]))
    let entries = [
      Self.entry("a"), Self.entry("b", level: .error, source: .standardError),
      Self.entry("c", step: "2"), Self.entry("d", step: "1/3"),
    ]
    #expect(filters.applied(to: entries).map(\.text) == ["b", "c"])
  }

  @Test func `the workflow's filters come before the step's, and each sees what the last one left`()
  {
    let quiet: Definition = ("quiet-output", ["regex": "a", "quietMatch": "true"])
    let bold: Definition = ("highlight-output", ["regex": ".", "mode": "bold"])
    let filters = LogFilters(of: Self.job([quiet], [bold]))
    let entries = filters.applied(to: [
      Self.entry("a"), Self.entry("b"), Self.entry("b", step: "2"),
    ])
    #expect(entries.map(\.level) == [.verbose, .normal, .normal])
    #expect(entries.map(\.text) == ["a", "\u{1B}[1mb\u{1B}[0m", "b"])
    #expect(entries.allSatisfy { $0.position == 5 && $0.nextPosition == 9 })
  }

  @Test(
    arguments: [
      ("render-formatted-data", [:]), ("quiet-output", ["regex": "("]),
      ("quiet-output", ["loglevel": "loud"]), ("highlight-output", ["regex": "x"]),
      ("highlight-output", ["mode": "bold"]), ("key-value-data", ["regex": "(a)"]),
    ] as [(String, [String: String])])
  func `what changes nothing or cannot be used costs nothing`(
    type: String, config: [String: String]
  ) {
    #expect(LogFilters(of: Self.job([(type, config)], [(type, config)])).isEmpty)
  }

  @Test func `an overdue expression leaves the line as it is, and all of a page end in time`() {
    // What is known not to match would be quieted.
    let slow = ["regex": "^(a|aa)+$"]
    let filters = LogFilters(of: Self.job([("quiet-output", slow)]))
    let entries = (1...100).map { _ in
      Self.entry(String(repeating: "a", count: 5_000) + "b")
    }
    let began = ContinuousClock.now
    #expect(filters.applied(to: entries) == entries)
    #expect(ContinuousClock.now - began < .seconds(20))
  }

  @Test(arguments: Engine.all)
  func `a reader shows text and pages as filters show them, and the log is as it was`(
    on engine: Engine
  ) async throws {
    try await LogFixture.with(engine) { log in
      try await log.store([log.out("one\ntwo\n"), log.out("th", flags: .continues)])
      try await log.store([log.out("ree\n")])
      let bold: Definition = ("highlight-output", ["regex": "o", "mode": "bold"])
      let shown = log.reader.showing(LogFilters(of: Self.job([bold])))
      let expected = "\u{1B}[1mo\u{1B}[0mne\ntw\u{1B}[1mo\u{1B}[0m\nthree\n"
      let plain = try await log.reader.page(of: log.execution, from: 0)
      let page = try await shown.page(of: log.execution, from: 0)
      #expect(String(decoding: page.plainText, as: UTF8.self) == expected)
      #expect(page.entries.map(\.position) == plain.entries.map(\.position))
      #expect(page.size == plain.size && page.nextPosition == plain.nextPosition)
      var text: [UInt8] = []
      for try await piece in shown.text(of: log.execution) { text += piece }
      #expect(String(decoding: text, as: UTF8.self) == expected)
      let last = try await shown.lastLines(3, of: log.execution)
      #expect(last.entries.first?.text == "tw\u{1B}[1mo\u{1B}[0m")
      #expect(plain.entries.map(\.text) == ["one", "two", "th", "ree"])
    }
  }

  @Test(arguments: Engine.all)
  func `filtered text of a chunk with more lines than a page has is whole`(
    on engine: Engine
  ) async throws {
    try await LogFixture.with(engine) { log in
      let lines = LogLimit.mostEntries + 10
      try await log.store([log.out(String(repeating: "\n", count: lines) + "o\n")])
      let bold: Definition = ("highlight-output", ["regex": "o", "mode": "bold"])
      let shown = log.reader.showing(LogFilters(of: Self.job([bold])))
      var text: [UInt8] = []
      for try await piece in shown.text(of: log.execution) { text += piece }
      #expect(text.count == lines + "\u{1B}[1mo\u{1B}[0m\n".utf8.count)
    }
  }
}
