/// Whether a transaction still answers: both engines keep one of these for each open transaction, so
/// that a failed or ended one behaves alike on both.
public struct TransactionFate: Sendable {
  /// The first statement's failure, if any: from then on the transaction can only be rolled back.
  public private(set) var failure: DatabaseError?
  private var ended = false

  /// An open transaction.
  public init() {}

  /// Throws when the transaction has failed (the first failure) or has ended (`programming`).
  public func check() throws(DatabaseError) {
    if let failure { throw failure }
    if ended {
      throw DatabaseError(code: .programming, message: "the transaction has already ended")
    }
  }

  /// Remembers a statement's failure; only the first counts.
  public mutating func fail(_ error: DatabaseError) { failure = failure ?? error }

  /// Remembers that the transaction was committed or rolled back.
  public mutating func end() { ended = true }
}
