import Database
import GRDB

extension GRDB.Database {
  private static let beginning = Question("BEGIN IMMEDIATE")
  private static let committing = Question("COMMIT")
  private static let rollingBack = Question("ROLLBACK")

  /// Begins the writer's transaction.
  func begin() throws(Failure) { try control(Self.beginning) }

  /// Commits. A commit that fails (a deferred constraint, the disk) leaves the transaction open, for
  /// `rollbackIfOpen`.
  func commitOrFail() throws(Failure) { try control(Self.committing) }

  /// Rolls back, unless SQLite has already done so by itself after a failure.
  func rollbackIfOpen() {
    guard isInsideTransaction else { return }
    try? control(Self.rollingBack)
  }

  /// Answers the statements within the open transaction.
  func answers(_ items: [(Question, SQLText)]) throws(Failure) -> [Answer] {
    var answers: [Answer] = []
    answers.reserveCapacity(items.count)
    for (question, text) in items { answers.append(try answer(question, text)) }
    return answers
  }

  /// Answers the statements in a transaction of their own.
  func answerAtomically(_ items: [(Question, SQLText)]) throws(Failure) -> [Answer] {
    try begin()
    do throws(Failure) {
      let answers = try answers(items)
      try commitOrFail()
      return answers
    } catch {
      rollbackIfOpen()
      throw error
    }
  }

  private func control(_ question: Question) throws(Failure) {
    _ = try answer(question, SQLText(question.sql))
  }
}
