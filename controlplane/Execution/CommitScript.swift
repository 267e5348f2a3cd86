import Model
import Store

/// The statements of one group commit over several executions.
///
/// All of them lock rows in one order: jobs, then schedules and due instants, then executions, then
/// assignments, each by number. The gateway stores reports in the same order, and so do the other members,
/// so no two of them wait for each other in a circle.
struct CommitScript {
  /// What one commit's writes answered; the whole is empty for a commit that wrote nothing.
  struct Answers {
    let head: ExecutionWriteAnswer?
    /// What was inserted instead of a launch.
    let fallback: ExecutionWriteAnswer?
    let tail: ArraySlice<ExecutionWriteAnswer>
    /// Whether the ledger has it that the due instant was skipped, because the launch was refused.
    let isSkipped: Bool
  }

  /// By execution number.
  let commits: [PlannedCommit]
  let writes: [ExecutionWrite]
  private let firstHead: Int
  private let firstFallback: Int
  private let firstTail: Int
  private let firstSettlement: Int

  /// The commits, by a member whose term is `term`.
  init(_ commits: [PlannedCommit], by term: Term) {
    let commits = commits.sorted { $0.execution < $1.execution }
    let jobs = Set(commits.compactMap { $0.limitedJob?.text }).sorted()
    let touched = Set(commits.flatMap(\.transition.touched)).sorted()
    let locks = jobs.map { ExecutionWrite.lock(job: JobID($0)) }
    let rows = commits.compactMap(\.fire)
    let fires = rows.isEmpty ? [] : ExecutionWrite.fires(rows, by: term)
    let settlement = rows.isEmpty ? [] : ExecutionWrite.settleFires(rows)
    let heads = commits.compactMap(\.head)
    let tails = commits.flatMap(\.tail)
    firstHead = locks.count + fires.count
    let fallbacks = commits.compactMap(\.fallback)
    firstFallback = firstHead + heads.count
    firstTail = firstFallback + fallbacks.count + touched.count
    firstSettlement = firstTail + tails.count
    writes =
      locks + fires + heads + fallbacks + touched.map { ExecutionWrite.lock($0) } + tails
      + settlement
    self.commits = commits
  }

  /// Deals the answers out to the commits.
  func answers(_ all: [ExecutionWriteAnswer]) -> [(PlannedCommit, Answers)] {
    var head = firstHead
    var fallback = firstFallback
    var tail = firstTail
    let skipped = all[firstSettlement...].reduce(into: Set()) { $0.formUnion($1.fires) }
    return commits.map { commit in
      defer {
        head += commit.head == nil ? 0 : 1
        fallback += commit.fallback == nil ? 0 : 1
        tail += commit.tail.count
      }
      return (
        commit,
        Answers(
          head: commit.head == nil ? nil : all[head],
          fallback: commit.fallback == nil ? nil : all[fallback],
          tail: all[tail..<(tail + commit.tail.count)],
          isSkipped: commit.fire.map { skipped.contains($0.key) } ?? false)
      )
    }
  }
}
