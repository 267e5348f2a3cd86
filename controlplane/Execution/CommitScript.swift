import Model
import Store

/// The statements of one group commit over several executions.
///
/// All of them lock rows in one order: jobs, then executions, then assignments, each by number. The
/// gateway stores reports in the same order, and so do the other members, so no two of them wait for
/// each other in a circle.
struct CommitScript {
  /// What one commit's writes answered; the whole is empty for a commit that wrote nothing.
  struct Answers {
    let head: ExecutionWriteAnswer?
    let tail: ArraySlice<ExecutionWriteAnswer>
  }

  /// By execution number.
  let commits: [PlannedCommit]
  let writes: [ExecutionWrite]
  private let firstHead: Int
  private let firstTail: Int

  init(_ commits: [PlannedCommit]) {
    let commits = commits.sorted { $0.execution < $1.execution }
    let jobs = Set(commits.compactMap { $0.exclusiveJob?.text }).sorted()
    let touched = Set(commits.flatMap(\.transition.touched)).sorted()
    let locks = jobs.map { ExecutionWrite.lock(job: JobID($0)) }
    let heads = commits.compactMap(\.head)
    firstHead = locks.count
    firstTail = locks.count + heads.count + touched.count
    writes = locks + heads + touched.map { ExecutionWrite.lock($0) } + commits.flatMap(\.tail)
    self.commits = commits
  }

  /// Deals the answers out to the commits.
  func answers(_ all: [ExecutionWriteAnswer]) -> [(PlannedCommit, Answers)] {
    var head = firstHead
    var tail = firstTail
    return commits.map { commit in
      defer {
        head += commit.head == nil ? 0 : 1
        tail += commit.tail.count
      }
      return (
        commit,
        Answers(
          head: commit.head == nil ? nil : all[head], tail: all[tail..<(tail + commit.tail.count)])
      )
    }
  }
}
