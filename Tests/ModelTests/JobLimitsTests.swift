import Model
import Testing

@Suite struct JobLimitsTests {
  @Test(arguments: [
    ("100", JobLogLimit.Measure.lines(100)), ("100/node", .linesOfNode(100)),
    ("50MB", .bytes(50 << 20)), ("1k", .bytes(1024)), ("2gb", .bytes(2 << 30)), ("7B", .bytes(7)),
  ]) func `a log limit counts lines, lines of a node or bytes`(
    text: String, measure: JobLogLimit.Measure
  ) {
    #expect(JobLogLimit.parse(text) == measure)
  }

  @Test(arguments: [
    "", "0", "-1", "+5", "x", "100/host", "1.5MB", "99999999999999999999", "9999999TB",
  ])
  func `what is no log limit is none`(text: String) { #expect(JobLogLimit.parse(text) == nil) }

  @Test func `a log limit allows what is not above it`() {
    let lines = JobLogLimit(.lines(10))
    #expect(lines.allows(lines: 10, linesOfNode: 99, bytes: 1 << 40))
    #expect(!lines.allows(lines: 11, linesOfNode: 1, bytes: 1))
    #expect(!JobLogLimit(.linesOfNode(2)).allows(lines: 9, linesOfNode: 3, bytes: 1))
    #expect(JobLogLimit(.bytes(5)).allows(lines: 9, linesOfNode: 3, bytes: 5))
  }

  @Test(arguments: [
    JobLogLimit(.lines(7)), JobLogLimit(.linesOfNode(1), action: .truncate),
    JobLogLimit(.bytes(1 << 30), status: "too much output"),
  ]) func `a log limit comes back from its stored text`(limit: JobLogLimit) {
    #expect(JobLogLimit(stored: limit.stored) == limit)
  }

  @Test func `a halted execution ends with the job's word`() {
    #expect(JobLogLimit(.lines(1)).finalStatus == (.failed, nil))
    #expect(JobLogLimit(.lines(1), status: "Aborted").finalStatus == (.aborted, nil))
    #expect(JobLogLimit(.lines(1), status: "noisy").finalStatus == (.other, "noisy"))
  }

  @Test(
    arguments: [
      ("120", 120), ("6h 30m", 23_400), ("1d 12h 30m 24s", 131_424), (" 5m", 300), ("1h30m", 5_400),
    ] as [(String, Int64)]) func `durations add up`(text: String, seconds: Int64)
  {
    #expect(JobDuration.seconds(in: text) == seconds)
  }

  @Test(
    arguments: [
      ("120", 120), ("6h 30m", 23_400), ("1h30m", 5_400), ("2h, then 30 minutes", 9_000),
      ("at most 1 day", 86_400), ("30 or so", 30), ("1 Hour and 5 sec", 3_605), ("(10m)", 600),
      ("90min", 5_400), ("5 m.", 300),
    ] as [(String, Int64)]) func `words between durations are passed over`(
      text: String, seconds: Int64
    )
  { #expect(JobDuration.seconds(amongWords: text) == seconds) }

  @Test(arguments: [
    "", "soon", "5x", "3 h 5months", "-1", "1.5h", ".5h", "2 hours -5m", "99999d",
    "99999999999999999999", "9999999d 9999999d",
  ])
  func `what has no number, or one that is none, is no duration`(text: String) {
    #expect(JobDuration.seconds(amongWords: text) == nil)
  }

  @Test(arguments: ["", "x", "5x", "-1", "1.5h", "99999d", "h", "99999999999999999999"])
  func `what is no duration is none`(text: String) { #expect(JobDuration.seconds(in: text) == nil) }
}

@Suite struct StepConductTests {
  private static func map(_ entries: (String, JobValue)...) -> JobValue {
    .map(entries.map { JobEntry($0.0, $0.1) })
  }

  @Test func `a step says who runs it, in which limits and what it leaves`() throws {
    let conduct = try StepConduct([
      "quarterdeck.run-as": .text("app"), "quarterdeck.leave-children": .boolean(true),
      "quarterdeck.limits": Self.map(
        ("memory", .text("512MB")), ("cpu", .text("12.5%")), ("cpu-time", .text("10m")),
        ("processes", .number("100")), ("open-files", .number("1024")), ("file-size", .text("1GB"))),
    ])
    #expect(conduct.runAs == "app")
    #expect(conduct.leavesChildren == true)
    #expect(conduct.limits.memory == 512 << 20)
    #expect(conduct.limits.cpuPermille == 125)
    #expect(conduct.limits.cpuSeconds == 600)
    #expect(conduct.limits.processes == 100)
    #expect(conduct.limits.openFiles == 1024)
    #expect(conduct.limits.fileBytes == 1 << 30)
  }

  @Test(arguments: [
    ("quarterdeck.run-as", JobValue.text("-x"), "quarterdeck.run-as"),
    ("quarterdeck.run-as", .text("a b"), "quarterdeck.run-as"),
    ("quarterdeck.run-as", .list([]), "quarterdeck.run-as"),
    ("quarterdeck.leave-children", .text("perhaps"), "quarterdeck.leave-children"),
    ("quarterdeck.limits", .text("512MB"), "quarterdeck.limits"),
    ("quarterdeck.limits", map(("memory", .text("lots"))), "quarterdeck.limits.memory"),
    ("quarterdeck.limits", map(("memory", .text("1KB"))), "quarterdeck.limits.memory"),
    ("quarterdeck.limits", map(("cpu", .text("50"))), "quarterdeck.limits.cpu"),
    ("quarterdeck.limits", map(("cpu", .text("0%"))), "quarterdeck.limits.cpu"),
    ("quarterdeck.limits", map(("processes", .number("0"))), "quarterdeck.limits.processes"),
    ("quarterdeck.limits", map(("disk", .text("1GB"))), "quarterdeck.limits.disk"),
  ]) func `a bad value is named with its field`(key: String, value: JobValue, field: String) {
    do throws(StepConduct.Problem) {
      _ = try StepConduct([key: value])
      Issue.record("\(value) was taken")
    } catch {
      #expect(error.field == field)
      #expect(!error.message.isEmpty)
    }
  }

  @Test func `a node's attributes give defaults, in one text or in parts`() throws {
    let node = try StepConduct(attributes: [
      "quarterdeck.limits": "memory=1GB, cpu: 50%", "quarterdeck.limits.processes": "10",
      "quarterdeck.run-as": "app", "osName": "Linux",
    ])
    let step = try StepConduct(["quarterdeck.limits": Self.map(("memory", .text("2GB")))])
    let both = step.filled(from: node)
    #expect(both.limits.memory == 2 << 30)
    #expect(both.limits.cpuPermille == 500)
    #expect(both.limits.processes == 10)
    #expect(both.runAs == "app")
    #expect(both.leavesChildren == nil)
  }
}
