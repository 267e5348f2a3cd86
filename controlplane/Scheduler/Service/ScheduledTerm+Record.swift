import Logging
import Model
import Store

// Rows without a run: skipped and missed instants, many with one statement.
extension ScheduledTerm {
  /// The most rows of one statement.
  static let rowsAtOnce = 512

  /// The instant gets this outcome with the next statement.
  func record(
    _ due: ExpectedInstant, of job: JobID, _ outcome: FireOutcome, detail: String? = nil
  ) {
    rows.append(FireRow(due, of: job, outcome, detail: detail))
    rowsCame.send()
  }

  /// Writes whatever rows there are, until it is cancelled.
  func recordLoop() async {
    for await _ in rowsCame.stream {
      while !rows.isEmpty && !Task.isCancelled {
        let part = Array(rows.prefix(Self.rowsAtOnce))
        rows.removeFirst(part.count)
        await write(part)
        noteQuiet()
      }
    }
  }

  func write(_ part: [FireRow]) async {
    guard isHeld else { return part.forEach { noteDoubt($0.job, $0.dueAt) } }
    do throws(StoreError) {
      let taken = try await office.shelf.record(
        part, by: term, tellsMisses: office.settings.marksMisses)
      for (row, isTaken) in zip(part, taken) {
        if isTaken { noteOutcome(row.job, row.dueAt) } else { noteStale(row.job, row.dueAt) }
      }
    } catch {
      office.logger.warning(
        "Rows of the fire ledger were not written; they are settled again",
        metadata: ["rows": "\(part.count)", "error": "\(error)"])
      part.forEach { noteDoubt($0.job, $0.dueAt) }
    }
  }
}
