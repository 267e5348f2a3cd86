/// The jobs that a cluster runs while faults happen to it.
///
/// Each step writes every line to its output and to a file named after its execution, so that the record can be
/// compared with what really was printed. Its number in a second file counts how often a step was begun.
public struct Workload: Sendable {
  /// How many schedules of each kind there are.
  public struct Scale: Sendable {
    public var everySecond: Int
    public var everyFiveSeconds: Int
    public var everyQuarterMinute: Int
    public var everyMinute: Int

    public init(
      everySecond: Int, everyFiveSeconds: Int, everyQuarterMinute: Int, everyMinute: Int
    ) {
      self.everySecond = everySecond
      self.everyFiveSeconds = everyFiveSeconds
      self.everyQuarterMinute = everyQuarterMinute
      self.everyMinute = everyMinute
    }

    /// About 200 schedules, 12 starts a second.
    public static let whole = Scale(
      everySecond: 4, everyFiveSeconds: 15, everyQuarterMinute: 61, everyMinute: 120)
    /// For a test that shares the machine with others: 60 schedules, 3 starts a second.
    public static let small = Scale(
      everySecond: 1, everyFiveSeconds: 3, everyQuarterMinute: 16, everyMinute: 40)
  }

  /// A job, as it is imported and edited.
  struct ScheduledJob: Sendable {
    let name: String
    var crontab: String
    var isEnabled = true
    var id: String?
  }

  var jobs: [ScheduledJob]
  /// Where the steps write their files.
  let folder: String

  init(_ scale: Scale, folder: String) {
    self.folder = folder
    let kinds = [
      (scale.everySecond, "second", { _ in "* * * ? * * *" }),
      (scale.everyFiveSeconds, "five", { "\($0 % 5)/5 * * ? * * *" }),
      (scale.everyQuarterMinute, "quarter", { "\($0 % 15)/15 * * ? * * *" }),
      (scale.everyMinute, "minute", { "\($0 % 60) * * ? * * *" }),
    ]
    jobs = kinds.flatMap { count, name, crontab in
      (0..<count).map { ScheduledJob(name: "\(name)-\($0)", crontab: crontab($0)) }
    }
  }

  /// The definition of the job at `index`. Every seventh may run several times at once; every tenth has two steps
  /// and takes a second or more.
  func yaml(_ index: Int) -> String {
    let job = jobs[index]
    return """
      - name: \(job.name)
        \(job.id.map { "uuid: \($0)" } ?? "description: ''")
        group: chaos
        multipleExecutions: \(index.isMultiple(of: 7))
        scheduleEnabled: \(job.isEnabled)
        schedule:
          crontab: '\(job.crontab)'
        timeZone: UTC
        sequence:
          keepgoing: false
          strategy: node-first
          commands:
      \(commands(isLong: index % 10 == 9))
      """
  }

  /// A job that runs for about `seconds` in four steps, for runs on demand.
  func longJob(seconds: Int) -> String {
    let steps = (1...4).map {
      Self.step($0, lines: 40, pause: "\(Double(seconds) / 160)", folder: folder)
    }
    return """
      - name: long
        group: chaos
        multipleExecutions: true
        sequence:
          keepgoing: false
          strategy: node-first
          commands:
      \(steps.joined(separator: "\n"))
      """
  }

  private func commands(isLong: Bool) -> String {
    guard isLong else { return Self.step(1, lines: 2, pause: nil, folder: folder) }
    return (1...2).map { Self.step($0, lines: 8, pause: "0.1", folder: folder) }
      .joined(separator: "\n")
  }

  /// The file has a line before the output has it: what was printed is in the file whatever happens in between.
  private static func step(_ number: Int, lines: Int, pause: String?, folder: String) -> String {
    """
        - exec: |-
            f=\(folder)/$RD_JOB_EXECID; echo \(number) >> $f.starts
            i=0; while [ $i -lt \(lines) ]; do i=$((i+1)); l="$RD_JOB_EXECID line $i"; echo "$l" >> $f; echo "$l"; \(pause.map { "sleep \($0); " } ?? "")done
    """
  }
}
