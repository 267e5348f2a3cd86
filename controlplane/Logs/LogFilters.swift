public import Model
import Pattern

/// The log filters of a job as far as they change what readers are shown of its executions' output. What is stored, and
/// all positions, stay as they are.
///
/// Filters see what the steps printed, not the lines of the control plane and the supervisors.
public struct LogFilters: Sendable {
  /// For each step of the workflow the filters that its output goes through, in their order.
  private var steps: [[LogFilter]] = []
  /// Those of all steps.
  private var common: [LogFilter] = []

  /// Filters that change nothing.
  public static let none = LogFilters()

  private init() {}

  /// The filters that the definition of an execution says, behind those for all jobs. Types that change nothing that is shown are left out, and
  /// so are filters that cannot be used as they are.
  public init(of job: Job, behind globals: GlobalLogFilters = .none) {
    let hasSecrets = job.options.contains(where: \.secure)
    func filters(_ definitions: [LogFilterDefinition]) -> [LogFilter] {
      definitions.compactMap { LogFilter($0, hasSecrets: hasSecrets) }
    }
    common = filters(globals.definitions + job.workflow.logFilters)
    steps = job.workflow.steps.map { common + filters($0.logFilters) }
  }

  /// Whether nothing is changed.
  public var isEmpty: Bool { common.isEmpty && steps.allSatisfy(\.isEmpty) }

  /// The entries as they are shown. An expression that is overdue leaves the line as it is; so does each one when the
  /// matches of all the entries have taken long together.
  func applied(to entries: [LogEntry]) -> [LogEntry] {
    if isEmpty { return entries }
    var time = FilteringTime()
    return entries.compactMap { applied(to: $0, within: &time) }
  }

  private func applied(to entry: LogEntry, within time: inout FilteringTime) -> LogEntry? {
    var entry = entry
    for filter in filters(of: entry) {
      var budget = time.budget
      let before = budget.remaining
      defer { time.rest -= before - budget.remaining }
      do throws(JobPatternOverrun) {
        guard let next = try filter.applied(to: entry, within: &budget) else { return nil }
        entry = next
      } catch {
        continue
      }
    }
    return entry
  }

  /// A nested step's (`2/1`) are those of the step that it belongs to.
  private func filters(of entry: LogEntry) -> [LogFilter] {
    guard entry.source == .standardOutput || entry.source == .standardError, let step = entry.step
    else { return [] }
    guard let number = step.split(separator: "/").first.flatMap({ Int($0) }),
      steps.indices.contains(number - 1)
    else { return common }
    return steps[number - 1]
  }
}

/// What the matches over one page may take.
private struct FilteringTime {
  /// For all lines together.
  var rest = Duration.milliseconds(500)
  /// For the next line.
  var budget: MatchingBudget { MatchingBudget(min(rest, .milliseconds(50))) }
}
